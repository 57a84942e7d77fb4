import { sha256 } from '../../../base/digest.ts'

/** A command as a message (transfer over HTTPS 1.1, section 3.3.2). */
export interface Message {
  /** A UUID; the same for the same command of the same moment, so that a consumer can tell what it had before. */
  readonly id: string
  readonly body: string
}

/** @param at milliseconds since 1970 */
export function messageOf(request: object, at: number): Message {
  const id = uuidOf(`${at} ${JSON.stringify(request)}`)
  const headers = { request_id: id, created: at, from: 'sweepwatch' }
  return { id, body: JSON.stringify({ headers, body: { openc2: { request } } }) }
}

/** A UUID of version 8 (RFC 9562 section 5.8), made of a digest. */
function uuidOf(text: string): string {
  const hex = sha256(Buffer.from(text))
  const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** What of a response is used. */
export interface Response {
  readonly status: number
  /** Of the rule that a denial made. */
  readonly rule: number | null
  readonly results: { readonly pairs?: unknown }
}

/**
 * Reads a response: as a message, or bare as version 1.0 of the transfer had it.
 * @returns undefined where it is none, or answers another question
 */
export function readResponse(value: object | undefined, id: string): Response | undefined {
  const { headers, body } = (value ?? {}) as Record<string, unknown>
  const told = member(headers, 'request_id')
  if (told !== undefined && told !== id) return undefined
  const response = member(member(body, 'openc2'), 'response') ?? value
  const status = member(response, 'status')
  if (!isWhole(status)) return undefined
  const results = member(response, 'results') ?? {}
  const rule = member(member(results, 'slpf'), 'rule_number')
  return { status, rule: isWhole(rule) ? rule : null, results: results as { readonly pairs?: unknown } }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
