import { readFile, stat } from 'node:fs/promises'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { createInterface } from 'node:readline'
import { text as wholeText } from 'node:stream/consumers'
import { Problem } from '../../base/problem.ts'
import { replaceFile } from '../../base/replace-file.ts'
import type { CommandPiece } from '../../server/cli/protocol.ts'
import { ExitCode } from '../exit-code.ts'
import type { Terminal } from '../terminal.ts'
import type { Server } from './server-options.ts'

const longestToken = 4096

/** Has a service run a command, and prints what it prints. @returns its exit code @throws Problem of the service, or where it cannot be asked */
export async function runByService(server: Server, words: readonly string[], terminal: Terminal): Promise<number> {
  const { asked, out } = withoutOut(words)
  const token = await tokenOf(server.tokenFile)
  const looks = { out: out === undefined ? terminal.outLook : plainPage, err: terminal.errLook }
  const response = await post(server, token, JSON.stringify({ words: asked, looks }))
  if (response.statusCode !== 200) throw await problemOf(response, server)
  const pieces: string[] = []
  const ended = await printed(response, server, {
    out: out === undefined ? terminal.out : (text) => void pieces.push(text),
    err: terminal.err,
  })
  if (out !== undefined && ended === ExitCode.done) await save(out, pieces.join(''))
  return ended
}

/** What a file looks like: no colour. */
const plainPage = { colour: false, unicode: true, columns: 100 } as const

/** `--out FILE` names a file of this machine, wherever it stands. */
function withoutOut(words: readonly string[]): { asked: readonly string[]; out: string | undefined } {
  const asked: string[] = []
  let out: string | undefined
  for (let k = 0; k < words.length; k++) {
    const word = words[k] as string
    if (word === '--out') out = words[++k]
    else if (word.startsWith('--out=')) out = word.slice('--out='.length)
    else if (word !== '--no-color') asked.push(word)
  }
  return { asked, out }
}

/** @throws Problem `token-file` where it cannot be read, or others can read it */
async function tokenOf(file: string): Promise<string> {
  const known = await stat(file).catch((cause: Error) => {
    throw new Problem('token-file', `the token file ${file} cannot be read: ${cause.message}`, { cause })
  })
  if ((known.mode & 0o077) !== 0) {
    throw new Problem('token-file', `others can read the token file ${file}`, { hint: `chmod 600 ${file}` })
  }
  const token = (await readFile(file, 'utf8')).trim()
  if (/^[\x21-\x7e]+$/.test(token) && token.length <= longestToken) return token
  throw new Problem('token-file', `${file} holds no token`, { hint: 'It holds one line: the token as it was shown.' })
}

async function post({ url, ca }: Server, token: string, body: string): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? secureRequest : plainRequest
  const at = new URL('api/cli', url.href.endsWith('/') ? url : `${url.href}/`)
  const trusted =
    ca === undefined
      ? undefined
      : await readFile(ca, 'utf8').catch((cause: Error) => {
          throw new Problem('usage', `--ca ${ca} cannot be read: ${cause.message}`, { cause })
        })
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/x-ndjson',
    }
    const asking = request(at, { method: 'POST', headers, ...(trusted !== undefined && { ca: trusted }) }, resolve)
    asking.once('error', (cause) => {
      reject(
        new Problem('unreachable', `the service at ${url.origin} cannot be asked: ${cause.message}`, {
          hint: 'Does it run there? --ca FILE names the authority of its certificate.',
          cause,
        }),
      )
    })
    asking.end(body)
  })
}

async function printed(
  response: IncomingMessage,
  { url }: Server,
  { out, err }: Pick<Terminal, 'out' | 'err'>,
): Promise<number> {
  let code: number | undefined
  const broken = (cause?: unknown) =>
    new Problem('unreachable', `the service at ${url.origin} broke off; what was changed may have been done`, { cause })
  try {
    for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      const piece = JSON.parse(line) as CommandPiece
      if ('out' in piece) out(piece.out)
      else if ('err' in piece) err(piece.err)
      else code = piece.exit
    }
  } catch (cause) {
    throw broken(cause)
  }
  if (code === undefined) throw broken()
  return code
}

async function problemOf(response: IncomingMessage, { url }: Server): Promise<Problem> {
  const text = await wholeText(response)
  try {
    const { code, detail, hint } = JSON.parse(text) as { code: string; detail: string; hint?: string }
    return new Problem(code, detail, hint === undefined ? {} : { hint })
  } catch {
    return new Problem('answer', `${url.origin} answered ${response.statusCode}, but not as a Sweepwatch service does`)
  }
}

async function save(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text, 0o600)
  } catch (cause) {
    throw new Problem('unwritable', `${file} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
