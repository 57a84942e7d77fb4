import { membersOf, timeOf } from '../format/format.ts'
import type { IntelMeaning } from '../intel.ts'
import { keptText } from '../list/entry.ts'
import type { Service, ServiceAnswer } from './online.ts'

/** How a service of one's own is asked and understood. Fields are paths: `data.score`, `results.0.name`. */
export interface JsonServiceOptions {
  /** `{address}` stands for the address. */
  readonly url: string
  /** The header that takes the key; its value is the key behind `keyPrefix` (`Bearer `). */
  readonly keyHeader: string
  readonly keyPrefix: string
  /** What it means that the service knows an address; `meaningOf` says more by the word in `fields.means`. */
  readonly means: IntelMeaning
  readonly meaningOf: Readonly<Record<string, IntelMeaning>>
  readonly fields: JsonFields
  /** The number that is full confidence: 1, 10, 100. */
  readonly scale: number
}

interface JsonFields {
  /** Where something stands only if the address is known: null, false, 0, '' and an empty list are nothing. */
  readonly known?: string | undefined
  readonly means?: string | undefined
  readonly name?: string | undefined
  /** 0 there: not known. */
  readonly confidence?: string | undefined
  readonly firstSeen?: string | undefined
  readonly lastSeen?: string | undefined
  readonly validUntil?: string | undefined
}

/** Any service that answers 200 with JSON, and 404 for what it does not know. */
export function jsonService(options: JsonServiceOptions): Service {
  const { url, keyHeader, keyPrefix } = options
  return {
    request: (address, key) => ({
      url: url.replaceAll('{address}', () => encodeURIComponent(address)),
      headers: { Accept: 'application/json', ...(key !== null && { [keyHeader]: `${keyPrefix}${key}` }) },
    }),
    read: (status, body) => read(options, status, body),
  }
}

function read(options: JsonServiceOptions, status: number, body: unknown): ServiceAnswer | undefined {
  if (status === 404) return { about: null, text: 'not known' }
  if (status !== 200 || body === undefined) return undefined
  const { fields, means, meaningOf, scale } = options
  const at = (path: string | undefined) => (path === undefined ? undefined : valueAt(body, path))
  const score = Number(at(fields.confidence) ?? Number.NaN) / scale
  const isUnknown = fields.known !== undefined && isNothing(at(fields.known))
  if (isUnknown || score === 0) return { about: null, text: 'not known' }
  const word = keptText(wordOf(at(fields.means)))
  const told = word !== undefined && Object.hasOwn(meaningOf, word) ? meaningOf[word] : undefined
  const name = keptText(at(fields.name))
  const about = {
    means: told ?? means,
    name,
    confidence: score > 0 ? Math.min(1, score) : undefined,
    firstSeen: timeOf(at(fields.firstSeen)),
    lastSeen: timeOf(at(fields.lastSeen)),
    validUntil: timeOf(at(fields.validUntil)),
  }
  return { about, text: [about.means, word, name].filter((part) => part !== undefined).join(', ') }
}

function wordOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

function isNothing(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0)
}

function valueAt(body: unknown, path: string): unknown {
  let value = body
  for (const step of path.split('.', 16)) {
    if (Array.isArray(value)) value = /^\d{1,6}$/.test(step) ? value[Number(step)] : undefined
    else value = Object.hasOwn(membersOf(value), step) ? membersOf(value)[step] : undefined
  }
  return value
}
