import { readFile, stat } from 'node:fs/promises'
import { sha256 } from '../../../base/digest.ts'

/** The list as it is handed out. */
export interface Content {
  readonly body: Buffer
  /** A strong ETag (RFC 9110 section 8.8.3). */
  readonly tag: string
  /** Milliseconds since 1970, whole seconds. */
  readonly modified: number
}

export function tagOf(body: Uint8Array): string {
  return `"${sha256(body).slice(0, 32)}"`
}

/** Reads a file again only when it was replaced. */
export class KeptContent {
  readonly #path: string
  #mark = ''
  #kept: Content | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Undefined where there is none, or it cannot be read. */
  async now(): Promise<Content | undefined> {
    try {
      const { ino, size, mtimeMs } = await stat(this.#path)
      const mark = `${ino} ${size} ${mtimeMs}`
      if (mark === this.#mark) return this.#kept
      const body = await readFile(this.#path)
      this.#kept = { body, tag: tagOf(body), modified: 1000 * Math.floor(mtimeMs / 1000) }
      this.#mark = mark
      return this.#kept
    } catch {
      return undefined
    }
  }
}

/**
 * Whether what the client has is what there is: If-None-Match, and only without it If-Modified-Since (RFC 9110 section 13.2.2).
 */
export function isUnchanged(
  { tag, modified }: Content,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined)
    return String(tags)
      .split(',')
      .some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === tag)
  const since = Date.parse(String(headers['if-modified-since'] ?? ''))
  return !Number.isNaN(since) && modified <= since
}
