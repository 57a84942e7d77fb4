import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Problem } from '../base/problem.ts'
import type { PersonaSource } from './persona.ts'

const fileName = 'identity.json'
const pairs = 4
const sshBits = 3072
const tlsBits = 2048

interface Kept {
  readonly seed: string
  /** Milliseconds. */
  readonly since: number
  readonly ssh: readonly string[]
  readonly tls: readonly string[]
}

/**
 * Who this installation's decoys are: a seed and keys that are drawn at the first start and kept in the directory, so that they stay the
 * same machines, and no two installations are alike. For its owner only: whoever has it can tell the decoys.
 * @param now microseconds
 * @throws Problem `decoy-identity` for a file that cannot be used
 */
export async function openIdentity(directory: string, now: number): Promise<PersonaSource> {
  const path = join(directory, fileName)
  let text: string | undefined
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unusable(path, error)
  }
  const kept = text === undefined ? await drawn(path, now) : text
  try {
    const { seed, since, ssh, tls } = JSON.parse(kept) as Kept
    const keys = ssh.map((pem, k) => ({ ssh: createPrivateKey(pem), tls: createPrivateKey(tls[k] as string), since }))
    if (keys.length === 0 || seed.length !== 64) throw new Error('it is not whole')
    return { seed: Buffer.from(seed, 'hex'), keys }
  } catch (error) {
    throw unusable(path, error)
  }
}

async function drawn(path: string, now: number): Promise<string> {
  const make = (bits: number) => Promise.all(Array.from({ length: pairs }, () => keyOf(bits)))
  const [ssh, tls] = await Promise.all([make(sshBits), make(tlsBits)])
  const kept: Kept = { seed: randomBytes(32).toString('hex'), since: Math.floor(now / 1000), ssh, tls }
  const text = JSON.stringify(kept)
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
  return text
}

async function keyOf(modulusLength: number): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength })
  return (privateKey as KeyObject).export({ type: 'pkcs8', format: 'pem' }) as string
}

function unusable(path: string, cause: unknown): Problem {
  return new Problem('decoy-identity', `${path} cannot be used: ${(cause as Error).message}`, {
    hint: 'Remove it to have the decoys become other machines.',
    cause,
  })
}
