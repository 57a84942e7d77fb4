import { readFile } from 'node:fs/promises'
import { Problem } from '../problem.ts'

/**
 * The one line of a file that holds a key, token or password.
 * @param code of the Problem that is thrown where there is none
 */
export async function secretOf(file: string, code: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new Problem(code, `cannot read the secret ${file}: ${cause.message}`, { cause })
  })
  const secret = text.trim()
  if (/^[\x20-\x7e]{1,4096}$/.test(secret)) return secret
  throw new Problem(code, `${file} holds no secret`, { hint: 'It holds the secret and nothing else, on one line.' })
}
