import type { Case } from '../../../case/case.ts'
import type { Scan } from '../../../detect/finding.ts'
import type { ExportOptions } from '../case.ts'
import type { ForOthers } from '../for-others.ts'
import { instant, milliTime } from '../instant.ts'
import { addressesOf } from '../ours.ts'
import { observable, type StixObject } from './object.ts'

const mostSources = 100
const mostNumber = 999_999_999

/** What one scan shows: its cyber-observables, and what binds them together (without the envelope that all objects share). */
export interface Observed {
  readonly objects: readonly StixObject[]
  readonly first_observed: string
  readonly last_observed: string
  readonly number_observed: number
}

/** Undefined where nothing of the scan may be told. */
export function observedScan(scan: Scan, theCase: Case, told: ForOthers, options: ExportOptions): Observed | undefined {
  const sources = addressesOf(scan.sources).filter(told.mayTell).slice(0, mostSources)
  if (sources.length === 0) return undefined
  const objects = sources.flatMap((source) => trafficOf(source, scan, theCase, options))
  const [first, last] = between(scan)
  const number = Math.min(mostNumber, Math.max(1, Math.round(scan.probes)))
  return { objects, first_observed: first, last_observed: last, number_observed: number }
}

/** Address, its autonomous system, and the traffic from it. */
function trafficOf(source: string, scan: Scan, theCase: Case, options: ExportOptions): readonly StixObject[] {
  const system = systemOf(source, theCase)
  const address = addressObject(source, system ? { belongs_to_refs: [system.id] } : {})
  const target = options.internal ? blockObject(scan) : undefined
  const [start, end] = between(scan)
  const { ports } = scan.targets
  const traffic = observable('network-traffic', {
    start,
    end,
    src_ref: address.id,
    dst_ref: target?.id,
    dst_port: ports.length === 1 && isPort(ports[0] as number) ? ports[0] : undefined,
    protocols: [source.includes(':') ? 'ipv6' : 'ipv4', ...transportOf(scan)],
  })
  return [...(system ? [system] : []), address, ...(target ? [target] : []), traffic]
}

function isPort(number: number): boolean {
  return Number.isInteger(number) && number > 0 && number < 65_536
}

/** A scan whose times are damaged must not end before it begins. */
function between({ first, last }: Scan): readonly [string, string] {
  return [milliTime(first), milliTime(instant(last) < instant(first) ? first : last)]
}

export function addressObject(text: string, further: object = {}): StixObject {
  return observable(text.includes(':') ? 'ipv6-addr' : 'ipv4-addr', { value: text }, further)
}

/** The first block that was scanned; networks are values of the address types too. */
function blockObject({ targets }: Scan): StixObject | undefined {
  const [address] = addressesOf([targets.blocks[0]?.split('/', 1)[0] ?? ''])
  const length = /\/\d{1,3}$/.exec(targets.blocks[0] ?? '')?.[0] ?? ''
  return address === undefined ? undefined : addressObject(`${address}${length}`)
}

/** A name from the service names of IANA; nothing that a log could have chosen. */
function transportOf({ targets }: Scan): readonly string[] {
  const names: Readonly<Record<string, string>> = {
    tcp: 'tcp',
    udp: 'udp',
    icmp: 'icmp',
    icmp6: 'ipv6-icmp',
    sctp: 'sctp',
  }
  const name = names[targets.protocols[0] ?? '']
  return name === undefined ? [] : [name]
}

function systemOf(source: string, { triage }: Case): StixObject | undefined {
  const identity = triage?.dossiers.find((dossier) => dossier.identity.address === source)?.identity
  if (!identity || identity.asn === null) return undefined
  return observable('autonomous-system', { number: identity.asn })
}
