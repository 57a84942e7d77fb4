import { fourSpace, sixSpace, spanOfEnds, spanOfText } from '../../address-span.ts'
import { type Span, type Spans, spansOf } from '../../spans.ts'
import { icmp6Types, icmpTypes, protocolByName } from '../wire-names.ts'

/** A value of nft's JSON (libnftables-json(5)): text, number, `{prefix}`, `{range}`, `{set}`, list. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** What a value is: it decides how texts are read. */
export type ValueKind = 'ip' | 'ip6' | 'port' | 'protocol' | 'icmp' | 'icmpv6'

export function objectOf(value: Json | undefined): { readonly [name: string]: Json } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [name: string]: Json })
    : undefined
}

/** The only key of an object, and what is behind it. */
export function onlyEntry(value: Json | undefined): readonly [name: string, value: Json] | undefined {
  const entries = Object.entries(objectOf(value) ?? {})
  return entries.length === 1 ? entries[0] : undefined
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value as Json]
}

/** Elements of a set or a map, without their timeouts, counters and comments. */
export function elementsOf(value: Json | undefined): readonly Json[] {
  return listOf(value).map((element) => objectOf(objectOf(element)?.['elem'])?.['val'] ?? element)
}

/** Addresses that a value stands for; undefined where it was not understood. */
export function addressSpans(value: Json, kind: 'ip' | 'ip6'): Spans<bigint> | undefined {
  const spans = spansBy(value, (text) => spanOfText(String(text)), addressRange)
  const space = kind === 'ip' ? fourSpace : sixSpace
  return spans?.every(([from, to]) => space.some(([low, high]) => from >= low && to <= high)) ? spans : undefined
}

export function numberSpans(value: Json, kind: Exclude<ValueKind, 'ip' | 'ip6'>): Spans<number> | undefined {
  const single = (text: Json): Span<number> | undefined => {
    const number = numberOf(text, kind)
    return number === undefined ? undefined : [number, number]
  }
  return spansBy(value, single, (from, to) => {
    const [low, high] = [numberOf(from, kind), numberOf(to, kind)]
    return low === undefined || high === undefined || low > high ? undefined : [low, high]
  })
}

function spansBy<N extends number | bigint>(
  value: Json,
  single: (value: Json) => Span<N> | undefined,
  range: (from: Json, to: Json) => Span<N> | undefined,
): Spans<N> | undefined {
  const set = objectOf(value)?.['set']
  const spans = (set === undefined ? listOf(value) : elementsOf(set)).map((one) => {
    const entry = onlyEntry(one)
    if (entry === undefined) return single(one)
    const [name, inner] = entry
    if (name === 'range' && Array.isArray(inner) && inner.length === 2) return range(inner[0] as Json, inner[1] as Json)
    const prefix = name === 'prefix' ? objectOf(inner) : undefined
    return prefix && single(`${String(prefix['addr'])}/${String(prefix['len'])}`)
  })
  return spans.includes(undefined) ? undefined : spansOf(spans as Span<N>[])
}

function addressRange(from: Json, to: Json): Span<bigint> | undefined {
  return spanOfEnds(String(from), String(to))
}

const most = { port: 65535, protocol: 255, icmp: 255, icmpv6: 255 } as const

function numberOf(value: Json, kind: keyof typeof most): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= most[kind] ? value : undefined
  if (typeof value !== 'string') return undefined
  if (/^\d{1,5}$/.test(value)) return numberOf(Number(value), kind)
  if (kind === 'protocol') return protocolByName(value)
  return kind === 'port' ? undefined : (kind === 'icmp' ? icmpTypes : icmp6Types).get(value)
}
