import { readFile } from 'node:fs/promises'
import { Problem } from '../../base/problem.ts'

/**
 * The one line of a file that holds a key, token or password.
 * @throws Problem `intel`
 */
export async function secretOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new Problem('intel', `cannot read the secret ${file}: ${cause.message}`, { cause })
  })
  const secret = text.trim()
  if (/^[\x20-\x7e]{1,4096}$/.test(secret)) return secret
  throw new Problem('intel', `${file} holds no secret`, { hint: 'It holds the secret and nothing else, on one line.' })
}
