/** Who decoys are: the same machines after a restart, others elsewhere, and none that says Sweepwatch. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../src/base/problem.ts'
import { openIdentity } from '../src/decoy/identity.ts'
import { personaOf } from '../src/decoy/persona.ts'
import { hostKeyOf } from '../src/decoy/ssh/host-key.ts'
import { folderFor } from './decoy-parts.ts'

const now = Date.parse('2026-11-22T02:00:00Z') * 1000
const addresses = Array.from({ length: 200 }, (_, host) => `192.0.2.${host}`)
const shape = ({ hostName, software, family }: ReturnType<typeof personaOf>) =>
  JSON.stringify([hostName, software, family])

test('C4 an installation stays who it is; another is another; addresses differ', async () => {
  const [one, two] = [folderFor('one'), folderFor('two')]
  const [first, again, other] = [
    await openIdentity(one, now),
    await openIdentity(one, now + 1e12),
    await openIdentity(two, now),
  ]
  assert.equal(statSync(join(one, 'identity.json')).mode & 0o777, 0o600)
  const all = (source: typeof first) => addresses.map((address) => shape(personaOf(address, source)))
  assert.deepEqual(all(again), all(first))
  const same = all(other).filter((text, k) => text === all(first)[k]).length
  assert.ok(same < 10, `${same} of 200 alike`)
  assert.ok(new Set(all(first)).size > 100)
  const keys = (source: typeof first) =>
    ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512'].map((kind) =>
      hostKeyOf(kind, personaOf('192.0.2.1', source)).blob.toString('hex'),
    )
  assert.deepEqual(keys(again), keys(first))
  assert.equal(keys(first).filter((key) => keys(other).includes(key)).length, 0)
  for (const folder of [one, two]) rmSync(folder, { recursive: true })
})

test('C4 banners of the configuration stand in the place of those that were drawn', async () => {
  const folder = folderFor('banners')
  const source = await openIdentity(folder, now)
  const persona = personaOf('192.0.2.1', { ...source, family: 'windows', banners: { ssh: 'SSH-2.0-OpenSSH_7.4' } })
  assert.equal(persona.software.ssh, 'SSH-2.0-OpenSSH_7.4')
  assert.match(persona.software.http, /IIS/)
  writeFileSync(join(folder, 'identity.json'), '{"seed":"00"')
  await assert.rejects(
    openIdentity(folder, now),
    (error: unknown) => error instanceof Problem && error.code === 'decoy-identity',
  )
  rmSync(folder, { recursive: true })
})

test('C4 nothing that a decoy can send has the name of the product in it', () => {
  const root = join(import.meta.dirname, '..', 'src', 'decoy')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/^(redirect|record)\//.test(name),
  )
  assert.ok(files.length > 30)
  for (const name of files) {
    const code = readFileSync(join(root, name), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '')
    assert.ok(!/sweepwatch|honeypot/i.test(code), name)
  }
})

test('C4 nothing in a decoy can connect out or run what it was sent', () => {
  const root = join(import.meta.dirname, '..', 'src', 'decoy')
  const outward =
    /node:(?:http|https|http2|dns|child_process|vm|worker_threads|cluster|inspector)\b|\bconnect\(|createConnection|\bfetch\(|\beval\(|new Function/
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    // The one that runs nft and conntrack, with words of ours only.
    if (!name.endsWith('.ts') || name === join('redirect', 'kernel.ts')) continue
    assert.ok(!outward.test(readFileSync(join(root, name), 'utf8')), name)
  }
})
