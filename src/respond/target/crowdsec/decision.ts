import { canonicalNetwork } from '../../network.ts'
import type { Block } from '../../respond.ts'
import { commentOf, hostOf } from '../../sound.ts'

/** Whose decisions ours are, among those of `crowdsec`, `cscli`, `CAPI` and lists. */
export const origin = 'sweepwatch'

/** What of a decision of the local API is read (`Decision` of its description). */
export interface Decision {
  readonly id: number
  readonly isOurs: boolean
  readonly scenario: string
  readonly network: string
  /** Milliseconds since 1970. */
  readonly until: number
}

/**
 * Reads one decision.
 * @param at milliseconds since 1970: what the remaining time counts from
 * @returns undefined where it bans no network (a captcha, a user, a country), or what it says is not understood
 */
export function readDecision(value: unknown, at: number): Decision | undefined {
  const { id, origin: from, type, scope, value: what, duration, scenario } = (value ?? {}) as Record<string, unknown>
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined
  if (type !== 'ban' || typeof what !== 'string' || !/^(ip|range)$/i.test(String(scope))) return undefined
  const network = canonicalNetwork(what)
  const left = goDuration(String(duration))
  if (network === undefined || left === undefined) return undefined
  const isOurs = from === origin && /^sweepwatch [0-9a-f]+$/.test(String(scenario))
  return { id, isOurs, scenario: String(scenario), network, until: at + left }
}

/** A decision to be made. @param at milliseconds since 1970: when the alert that brings it stops, from which its time runs */
export function decisionOf(block: Block, at: number): object {
  const host = hostOf(block.network)
  return {
    origin,
    type: 'ban',
    scope: host === undefined ? 'Range' : 'Ip',
    value: host ?? block.network,
    duration: `${(Date.parse(block.until) - at) / 1000}s`,
    scenario: commentOf(block),
  }
}

const units: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
}

/** A duration as Go writes it (`3h59m57.5s`), in milliseconds; undefined where it is none. */
function goDuration(text: string): number | undefined {
  const found = /^(-?)((?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+)$/.exec(text)
  if (found === null) return text === '0' ? 0 : undefined
  let sum = 0
  for (const [, number, unit] of (found[2] as string).matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g))
    sum += Number(number) * (units[unit as string] as number)
  return found[1] === '-' ? -sum : sum
}
