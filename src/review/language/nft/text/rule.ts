import type { Json } from '../values.ts'
import type { Token } from './tokens.ts'
import { readConcat, readElements, readScalar, readValue, TokenReader } from './value.ts'

const operators: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>='])
const verdicts: ReadonlySet<string> = new Set([
  'accept',
  'drop',
  'reject',
  'return',
  'continue',
  'jump',
  'goto',
  'queue',
  'dnat',
  'redirect',
  'vmap',
])
const interfaces: ReadonlySet<string> = new Set(['iif', 'iifname', 'oif', 'oifname'])
const payloads: ReadonlySet<string> = new Set([
  'ip',
  'ip6',
  'tcp',
  'udp',
  'sctp',
  'dccp',
  'udplite',
  'th',
  'icmp',
  'icmpv6',
  'ether',
])

/** The statements of a rule as nft's JSON has them, so that both are understood by the same code. */
export function expressionsOf(tokens: readonly Token[]): {
  readonly expressions: readonly Json[]
  readonly comment: string
} {
  const reader = new TokenReader(tokens)
  const expressions: Json[] = []
  let comment = ''
  while (reader.next !== undefined) {
    if (reader.takeIf('comment')) comment = reader.take()
    else expressions.push(statement(reader))
  }
  return { expressions, comment }
}

function statement(tokens: TokenReader): Json {
  const left = readLeft(tokens)
  if (left !== undefined) return comparison(tokens, left)
  const word = tokens.take()
  switch (word) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'masquerade':
    case 'notrack':
      return { [word]: null }
    case 'jump':
    case 'goto':
      return { [word]: { target: tokens.take() } }
    case 'reject':
      if (tokens.takeIf('with')) while (tokens.next !== undefined && tokens.next !== 'comment') tokens.take()
      return { reject: null }
    case 'counter':
      return counter(tokens)
    case 'log':
      return logged(tokens)
    case 'dnat':
    case 'redirect':
      return translation(word, tokens)
    default: {
      // The verdict behind what is not understood is still one.
      tokens.skipTo(verdicts)
      return { [word]: null }
    }
  }
}

/** A field, or several joined by dots; undefined, and nothing taken, where none begins here. */
function readLeft(tokens: TokenReader): Json | undefined {
  const first = readField(tokens)
  if (first === undefined) return undefined
  const parts = [first]
  while (tokens.takeIf('.')) parts.push(readField(tokens) ?? tokens.take())
  return parts.length === 1 ? first : { concat: parts }
}

function readField(tokens: TokenReader): Json | undefined {
  const word = tokens.next ?? ''
  if (tokens.isQuoted) return undefined
  if (interfaces.has(word)) return { meta: { key: tokens.take() } }
  if (word === 'meta' || word === 'ct') {
    tokens.take()
    return { [word]: { key: tokens.take() } }
  }
  if (!payloads.has(word)) return undefined
  return { payload: { protocol: tokens.take(), field: tokens.take() } }
}

function comparison(tokens: TokenReader, left: Json): Json {
  if (tokens.takeIf('vmap')) return { vmap: { key: left, data: verdictMap(tokens) } }
  if (tokens.takeIf('&')) {
    const mask = readScalar(tokens)
    const op = tokens.take()
    return { match: { op, left: { '&': [left, mask] }, right: readScalar(tokens) } }
  }
  if (tokens.takeIf('set')) {
    tokens.take()
    return { mangle: null }
  }
  const op = operators.has(tokens.next ?? '') ? tokens.take() : undefined
  const right = readValue(tokens)
  if (tokens.takeIf('/')) return { match: { op: op ?? '==', left: { '&': [left, readValue(tokens)] }, right } }
  return { match: { op: op ?? usualOperator(left, right), left, right } }
}

/** Bits are tested for, where no operator stands; anything else is compared. */
function usualOperator(left: Json, right: Json): string {
  const text = JSON.stringify(left)
  const isBits =
    text === '{"ct":{"key":"state"}}' ||
    text === '{"ct":{"key":"status"}}' ||
    text === '{"payload":{"protocol":"tcp","field":"flags"}}'
  const isSet = typeof right === 'object' && right !== null && 'set' in right
  return isBits && !isSet ? 'in' : '=='
}

function verdictMap(tokens: TokenReader): Json {
  if (!tokens.takeIf('{')) return tokens.take()
  return { set: readElements(tokens, verdictElement) }
}

/** `22 : jump ssh`. */
export function verdictElement(tokens: TokenReader): Json {
  const key = readConcat(tokens)
  while (tokens.next !== undefined && tokens.next !== ':' && tokens.next !== '}') tokens.take()
  tokens.takeIf(':')
  const verdict = tokens.take()
  const hasTarget = verdict === 'jump' || verdict === 'goto'
  return [key, { [verdict]: hasTarget ? { target: tokens.take() } : null }]
}

function counter(tokens: TokenReader): Json {
  if (tokens.takeIf('name')) return { counter: tokens.take() }
  if (!tokens.takeIf('packets')) return { counter: null }
  const packets = readScalar(tokens)
  if (tokens.takeIf('bytes')) tokens.take()
  return { counter: { packets } }
}

function logged(tokens: TokenReader): Json {
  let prefix = ''
  while (/^(prefix|level|group|snaplen|queue-threshold|flags)$/.test(tokens.next ?? '')) {
    const value = tokens.take() === 'prefix'
    const text = tokens.take()
    if (value) prefix = text
  }
  return { log: { prefix } }
}

/** `dnat ip to 192.0.2.9:80`, `redirect to :81`. */
function translation(word: string, tokens: TokenReader): Json {
  if (tokens.next === 'ip' || tokens.next === 'ip6') tokens.take()
  if (!tokens.takeIf('to')) return { [word]: null }
  const text = tokens.take()
  const found = /^(?:\[([^\]]+)\]|([\d.]+)|)(?::(\d{1,5}))?$/.exec(text)
  const addr = found ? (found[1] ?? found[2]) : text
  return {
    [word]: { ...(addr !== undefined && { addr }), ...(found?.[3] !== undefined && { port: Number(found[3]) }) },
  }
}
