export interface HttpRequest {
  readonly method: string
  readonly uri: string
  /** `1.0`, `1.1`; empty for a line without a version (HTTP/0.9). */
  readonly version: string
  /** By name in small letters; of several the first. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Bytes it takes. */
  readonly length: number
}

const longestHead = 16_384
const longestBody = 32_768
const headEnd = /\r?\n\r?\n/

/**
 * Reads one request (RFC 9112) from what has come so far, leniently.
 * @returns undefined where more must come, `bad` where it is none
 */
export function readRequest(bytes: Buffer): HttpRequest | 'bad' | undefined {
  const text = bytes.toString('latin1', 0, longestHead)
  const line = /^([^\r\n]*)\r?\n/.exec(text)
  if (line === null) return bytes.length >= longestHead || !/^[A-Za-z]*( |$)/.test(text) ? 'bad' : undefined
  const parts = /^([A-Z]+) (\S+)(?: HTTP\/(\d\.\d))?$/.exec(line[1] as string)
  if (parts === null) return 'bad'
  const [, method = '', uri = '', version = ''] = parts
  if (version === '') return { method, uri, version, headers: new Map(), body: Buffer.alloc(0), length: line[0].length }
  const end = headEnd.exec(text)
  if (end === null) return bytes.length >= longestHead ? 'bad' : undefined
  const from = end.index + end[0].length
  const headers = readHeaders(text.slice(line[0].length, end.index))
  const told = Number(headers.get('content-length') ?? 0)
  if (!Number.isInteger(told) || told < 0) return 'bad'
  const size = Math.min(told, longestBody)
  if (bytes.length < from + size) return undefined
  return { method, uri, version, headers, body: bytes.subarray(from, from + size), length: from + size }
}

function readHeaders(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of text.split(/\r?\n/, 100)) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    if (at > 0 && !headers.has(name)) headers.set(name, line.slice(at + 1).trim())
  }
  return headers
}
