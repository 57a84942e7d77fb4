import { isDeepStrictEqual } from 'node:util'
import { maskOf, type SetSpec, setName } from './set-spec.ts'

/** nft's JSON (libnftables-json(5)): one command, object or expression. */
export type Json = { readonly [key: string]: unknown }

export const family = 'inet'
export const table = 'sweepwatch'
const where = { family, table }

/**
 * Before raw (-300) and connection tracking (-200), after defragmentation (-400): what is dropped here fills no table. No other table can
 * undo a drop. Prerouting and postrouting see what a router forwards and what a host has itself.
 */
const priority = -350
export const chains = { in: 'prerouting', out: 'postrouting' } as const
export type ChainName = keyof typeof chains

/** The sets that are always there; others come with the first block that needs them. */
export const standingSets: readonly SetSpec[] = (['in', 'out'] as const).flatMap((direction) => [
  { measure: 'block', direction, family: 4, bits: 32, hasPorts: false, rate: null } as const,
  { measure: 'block', direction, family: 6, bits: 128, hasPorts: false, rate: null } as const,
])

export const tableObject: Json = { table: { family, name: table } }

export function chainObject(name: ChainName): Json {
  return { chain: { ...where, name, type: 'filter', hook: chains[name], prio: priority, policy: 'accept' } }
}

export function setObject(spec: SetSpec): Json {
  const address = spec.family === 4 ? 'ipv4_addr' : 'ipv6_addr'
  const type = spec.hasPorts ? [address, 'inet_proto', 'inet_service'] : address
  return { set: { ...where, name: setName(spec), type, flags: ['timeout'], stmt: statements(spec) } }
}

/** Copied into each element: its own tokens, then a counter of what comes past them, that is, of what is dropped. */
function statements({ rate }: SetSpec): readonly Json[] {
  const counter = { counter: null }
  if (rate === null) return [counter]
  return [{ limit: { rate: rate.perSecond, burst: rate.burst, per: 'second', inv: true } }, counter]
}

export function ruleObject(spec: SetSpec): Json {
  return { rule: { ...where, chain: spec.direction, expr: ruleExpression(spec) } }
}

function ruleExpression(spec: SetSpec): readonly Json[] {
  const isIn = spec.direction === 'in'
  const address = { payload: { protocol: spec.family === 4 ? 'ip' : 'ip6', field: isIn ? 'saddr' : 'daddr' } }
  const isHost = spec.bits === (spec.family === 4 ? 32 : 128)
  const network = isHost ? address : { '&': [address, maskOf(spec)] }
  const port = { payload: { protocol: 'th', field: isIn ? 'dport' : 'sport' } }
  const left = spec.hasPorts ? { concat: [network, { meta: { key: 'l4proto' } }, port] } : network
  return [{ match: { op: '==', left, right: `@${setName(spec)}` } }, { drop: null }]
}

/** Whether a rule that nft lists is the one of this set. */
export function isRuleOf(spec: SetSpec, rule: Json): boolean {
  return isDeepStrictEqual(rule['expr'], ruleExpression(spec))
}

export function isChain(name: ChainName, listed: Json): boolean {
  const { handle: _, ...chain } = listed
  return isDeepStrictEqual(chain, chainObject(name)['chain'])
}

/** nft leaves a burst of 5 out, and newer ones tell more than they were told. */
export function isSet(spec: SetSpec, listed: Json): boolean {
  const wanted = setObject(spec)['set'] as Json
  const stated = (listed['stmt'] as readonly Json[] | undefined) ?? []
  const limit = stated[0]?.['limit'] as Json | undefined
  const [first] = wanted['stmt'] as readonly Json[]
  const isLimited = limit !== undefined && isDeepStrictEqual({ ...defaults, ...pick(limit) }, first?.['limit'])
  return (
    isDeepStrictEqual(listed['type'], wanted['type']) &&
    isDeepStrictEqual(listed['flags'], wanted['flags']) &&
    stated.length === (wanted['stmt'] as readonly Json[]).length &&
    'counter' in (stated.at(-1) as Json) &&
    (spec.rate === null || isLimited)
  )
}

const defaults = { burst: 5, inv: false }

function pick({ rate, burst, per, inv }: Json): Json {
  return Object.fromEntries(Object.entries({ rate, burst, per, inv }).filter(([, value]) => value !== undefined))
}
