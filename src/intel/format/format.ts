import type { ListBuilder } from '../list/list-builder.ts'

/** How a format of lists is recognised and read. One file a format; `registry.ts` lists them. */
export interface ListFormat {
  /** The same as its fixture folder: `spamhaus-drop`. */
  readonly id: string
  readonly title: string
  /** 1 where only this format looks so, less where another may say more; 0 where it is not. */
  recognise(content: ListContent): number
  /** Takes what is there, counts what is damaged. Never throws on content. */
  read(content: ListContent, into: ListBuilder, columns: ListColumns): void
}

/** What columns of a table may be about; the configuration may name them. */
export type ListColumn = 'address' | 'name' | 'actor' | 'confidence' | 'firstSeen' | 'lastSeen' | 'validUntil'
export type ListColumns = Readonly<Partial<Record<ListColumn, string>>>

export const listColumns: readonly ListColumn[] = [
  'address',
  'name',
  'actor',
  'confidence',
  'firstSeen',
  'lastSeen',
  'validUntil',
]

const headLength = 16 << 10

/** The content of one list, read as text or as JSON once somebody asks. */
export class ListContent {
  readonly bytes: Buffer
  /** The first 16 KiB, without a byte order mark. */
  readonly head: string
  #text: string | undefined
  #json: { readonly value: unknown } | undefined

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.head = unmarked(bytes.subarray(0, headLength).toString())
  }

  get looksLikeJson(): boolean {
    return /^\s*[[{]/.test(this.head)
  }

  /** The content as JSON; undefined where it is none. */
  get json(): unknown {
    this.#json ??= { value: this.looksLikeJson ? parsed(this.bytes) : undefined }
    return this.#json.value
  }

  /** Lines without their ends, with their numbers from 1. */
  *lines(): Generator<readonly [text: string, number: number]> {
    this.#text ??= unmarked(this.bytes.toString())
    const text = this.#text
    let number = 1
    for (let from = 0; from < text.length; number++) {
      const end = text.indexOf('\n', from)
      const to = end < 0 ? text.length : end
      yield [text.slice(from, to > from && text[to - 1] === '\r' ? to - 1 : to), number]
      from = to + 1
    }
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(unmarked(bytes.toString()))
  } catch {
    return undefined
  }
}

/** Without a byte order mark. */
function unmarked(text: string): string {
  return text.replace(/^\uFEFF/, '')
}

/** The members of an object of somebody's JSON; none where it is no object. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

/** The items of a list of somebody's JSON; none where it is no list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A time of somebody's JSON in milliseconds: ISO 8601, or seconds since the epoch as a number or text. Undefined where it is none. */
export function timeOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.slice(0, 40) : ''
  if (/^\d{1,11}$/.test(text)) return Number(text) === 0 ? undefined : Number(text) * 1000
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
