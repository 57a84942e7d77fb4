import { bitCount } from '../../sketch/bit-count.ts'
import type { Scan } from '../finding.ts'
import { list, proof } from '../record/reasons.ts'

/** So many of 64 bits set: the client asked for names of some sixty sites or more. */
const manySites = 40

export interface Told {
  readonly sitesLow: number
  readonly sitesHigh: number
  /** A sentence more that the scan needs. */
  readonly further?: readonly string[]
}

/** Puts a scan of the name service into words. */
export function worded(scan: Scan, headline: string, { sitesLow, sitesHigh, further = [] }: Told): Scan {
  const forwards = bitCount(sitesLow) + bitCount(sitesHigh) >= manySites
  const resolver =
    'It asks for names of many unrelated zones as well, as a resolver does that forwards for others: then one of its clients scans.'
  const because = [
    headline,
    ...proof(scan),
    answers(scan),
    ...further,
    ...(scan.names ? [`It learned ${list(learned(scan, scan.names))}.`] : []),
    ...(forwards ? [resolver] : []),
    ...(scan.spoofable === null ? ['These logs cannot show whether the source address is forged.'] : []),
  ]
  return { ...scan, because, reverse: reversals(scan, forwards) }
}

/** What is new to the scanner: the name of an address, or that a name exists. */
function learned({ methods }: Scan, names: NonNullable<Scan['names']>): string[] {
  return [...new Set(names.map(({ name, answer }) => (methods[0] === 'dns-ptr' ? (answer ?? name) : name)))]
}

function answers({ outcomes, probes }: Scan): string {
  const parts = [
    [outcomes.established, 'answered'],
    [outcomes.refused, 'denied'],
    [outcomes.blocked, 'were refused'],
    [outcomes.unknown, 'are not told'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return `Of ${probes} probes ${said.join(', ')}.`
}

function reversals(scan: Scan, forwards: boolean): string[] {
  const [method] = scan.methods
  const said = ['An authorised scan of these targets at that time, declared with owner and scope.']
  if (method === 'dns-ptr')
    said.push('An inventory, log or address-management program that looks up a list of addresses in order.')
  if (method === 'dns-axfr') said.push('The client is a secondary of the zone, or a program that is meant to copy it.')
  if (method === 'dns-enumeration') said.push('A program whose list of hosts this is, in a zone that has lost them.')
  if (forwards) said.push('The queries of the resolver’s own clients, which tell who asked.')
  if (scan.spoofable !== false)
    said.push('Evidence that the source address was forged: then the scan stands, but not its author.')
  return said
}
