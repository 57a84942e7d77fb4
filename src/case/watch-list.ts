import { shortDigest } from '../base/digest.ts'
import { listed, ranges, several } from '../base/quantity.ts'
import type { Scan } from '../detect/finding.ts'
import type { Outcome } from './case.ts'
import { fingerprintOf, networkOf, portDigest } from './fingerprint.ts'

/**
 * The vocabulary of watching (requirement C5): what of a case that is over is looked out for, and how sure it is that whoever comes is the same again.
 * `prefix` is a network that a person put there.
 */
export type WatchKind = 'source' | 'prefix' | 'network' | 'targets' | 'tool'

/** How long is watched, in seconds: our hosts from the last touch on, what a case is known by from its closing or containing on. */
export interface WatchPeriods {
  readonly hosts: number
  readonly sources: number
}

export const usualPeriods: WatchPeriods = { hosts: 30 * 86_400, sources: 180 * 86_400 }

/** One thing that is looked out for. */
export interface WatchKey {
  readonly kind: WatchKind
  readonly value: string
}

export interface WatchEntry extends WatchKey {
  readonly id: number
  readonly caseId: string
  /** ISO 8601. */
  readonly since: string
  readonly until: string
  readonly author: string
  readonly reason: string
  readonly byHand: boolean
  readonly isRemoved: boolean
  /** How often it came back, and when last (ISO 8601, event time). */
  readonly returns: number
  readonly lastReturn: string | null
}

/** A host of ours that a case touched. Times are milliseconds of event time. */
export interface WatchedHost {
  readonly host: string
  readonly caseId: string
  /** First and last touch; it is watched for so long after the last. */
  readonly since: number
  readonly touched: number
  readonly until: number
  /** `tcp/22`: what answered; empty where nothing did. */
  readonly answered: string
  /** The scan that touched it. */
  readonly scan: string
  /** When it was last seen doing anything, and when that it had fallen silent was told. */
  readonly seen: number | null
  readonly silent: number | null
}

/** A scan by whom a case that is over knows, or may know. */
export interface Return {
  readonly caseId: string
  /** Null: a watched host of ours scans itself. */
  readonly entry: number | null
  readonly because: string
}

/** In what order ties count. A tool on its ports alone ties nobody to anything: everybody runs masscan against 22. */
export const strengths: Readonly<Record<WatchKind, string>> = {
  source: 'strong: the same source',
  prefix: 'as a person wished: from this network',
  network: 'medium: the same network with the same fingerprint',
  targets: 'medium: just the same long list of ports on the same targets, with the same fingerprint',
  tool: 'weak: the same tool on the same ports; it is named and ties nothing',
}

/** What a case was closed as decides whether it is looked out for: nobody waits for what is expected or was nothing. */
export function isLookedOutFor(outcome: Outcome | string | null): boolean {
  return outcome === null || outcome === 'resolved' || outcome === 'contained'
}

const mostSources = 256
const mostPrints = 256
const mostLists = 64
/** A list of ports is a mark of its maker when it is this long, */
const fewestPorts = 8
/** and is not what nmap asks for where nobody says which ports (its nmap-services: 1000, with -F 100). */
const usualLists: readonly number[] = [100, 1000]

/** What one scan is recognised by. */
export function watchKeysOf(scan: Scan): WatchKey[] {
  const fingerprint = fingerprintOf(scan)
  const keys: WatchKey[] = scan.sources.slice(0, mostSources).map((value) => ({ kind: 'source', value }))
  for (const network of new Set(scan.sources.slice(0, mostSources).map(networkOf)))
    keys.push({ kind: 'network', value: `${network} ${fingerprint}` })
  const { ports, blocks } = scan.targets
  if (ports.length >= fewestPorts && !usualLists.includes(ports.length)) {
    const place = `${listed(blocks, 2)} (${shortDigest(blocks.join(' '))})`
    keys.push({
      kind: 'targets',
      value: `${fingerprint}; ${several(ports.length, 'port')} (${portDigest(scan)}) of ${place}`,
    })
  }
  if (scan.tool !== null && ports.length > 0)
    keys.push({ kind: 'tool', value: `${fingerprint}; ports ${ranges(ports, 6)} (${portDigest(scan)})` })
  return keys
}

/** What a case is recognised by: its scans of others, and its accomplices. A host of ours that was taken is none of it. */
export function watchKeysOfAll(scans: readonly Scan[], accomplices: readonly string[]): WatchKey[] {
  const outside = scans.filter(({ direction }) => direction !== 'internal' && direction !== 'outbound')
  const keys = [...outside.flatMap(watchKeysOf), ...accomplices.map((value) => ({ kind: 'source' as const, value }))]
  const distinct = [...new Map(keys.map((key) => [`${key.kind} ${key.value}`, key])).values()]
  const most: Readonly<Record<WatchKind, number>> = {
    source: mostSources,
    prefix: 0,
    network: mostPrints,
    targets: mostLists,
    tool: mostLists,
  }
  return [...Map.groupBy(distinct, ({ kind }) => kind)].flatMap(([kind, group]) => group.slice(0, most[kind]))
}
