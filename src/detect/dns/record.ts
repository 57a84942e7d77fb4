import { formatAddress } from '../../base/address.ts'
import { shortDigest } from '../../base/digest.ts'
import { isoTime } from '../../base/time.ts'
import type { Direction, Method, Scan, Severity, Step, Term } from '../finding.ts'
import { confidenceOf } from '../record/rating.ts'
import type { DnsContext } from './context.ts'
import type { LearnedName } from './query.ts'
import { Answer } from './targets.ts'

const dnsPort = 53

/** What a scan of the name service consists of, before it is put into a record. */
export interface Parts {
  readonly method: Method
  readonly client: ArrayLike<number>
  readonly direction: Direction
  readonly severity: Severity
  readonly targets: Pick<Scan['targets'], 'addresses' | 'blocks' | 'coverage'>
  readonly order: Scan['order']
  /** Transport of the queries: 1 UDP, 2 TCP. */
  readonly transports: number
  /** When the client's first query of the scan was met: does not change while the scan goes on. */
  readonly met: number
  readonly first: number
  readonly last: number
  readonly decidedAt: number
  readonly probesToDetect: number
  readonly probes: number
  readonly answers: ArrayLike<number>
  readonly total: number
  readonly threshold: number
  readonly final: number
  readonly terms: readonly Term[]
  readonly evidence: Scan['evidence']
  readonly sensors: Scan['sensors']
  readonly names: readonly LearnedName[]
  readonly zones: readonly string[]
}

/** The record of a scan, but for its sentences. */
export function recordOf(parts: Parts, context: DnsContext): Scan {
  const source = textOf(parts.client)
  const { decidedAt, total, final, threshold } = parts
  const verdict = { decidedAt, decidedAfter: 0, total, final, threshold }
  return {
    type: 'scan',
    id: shortDigest(`${source} ${parts.met} ${parts.method} ${parts.zones[0] ?? ''}`),
    technique: 'T1595.001',
    shape: 'horizontal',
    methods: [parts.method],
    direction: parts.direction,
    sources: [source],
    distributed: false,
    spoofable: parts.transports === 2 ? false : null,
    decoys: [],
    targets: { ...parts.targets, ports: [dnsPort], protocols: protocolsOf(parts) },
    order: parts.order,
    tool: null,
    first: isoTime(parts.first),
    last: isoTime(parts.last),
    detected: isoTime(decidedAt),
    probesToDetect: parts.probesToDetect,
    probes: parts.probes,
    knowledge: context.causal ? 'causal' : 'whole-input',
    outcomes: outcomesOf(parts),
    pending: 0,
    open: [],
    ...(parts.names.length > 0 ? { names: parts.names } : {}),
    ...(parts.zones.length > 0 ? { zones: parts.zones } : {}),
    background: null,
    authorised: null,
    confidence: confidenceOf(verdict),
    severity: parts.severity,
    score: { total: round(total), threshold, terms: parts.terms, final: round(final) },
    sensors: parts.sensors,
    tricks: { fragments: 0, trustedPort: 0 },
    evidence: parts.evidence,
    reverse: [],
    because: [],
  }
}

export function textOf(words: ArrayLike<number>): string {
  return formatAddress(words[0] as number, words[1] as number, words[2] as number, words[3] as number)
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** What became of a query, in the words of a scan: a name that does not exist is a closed door. */
export function outcomeOf(answer: number): keyof Scan['outcomes'] {
  if (answer === Answer.named) return 'established'
  if (answer === Answer.none) return 'refused'
  return answer === Answer.refused ? 'blocked' : 'unknown'
}

/** Terms with what they added in all, the most telling first. */
export function sortedTerms(terms: readonly Term[]): Term[] {
  return terms.map((term) => ({ ...term, nats: round(term.nats) })).sort((x, y) => y.nats - x.nats)
}

/** One step of the evidence. */
export function stepOf(
  step: Omit<Step, 'kind' | 'at' | 'source'> & { at: number; sensor: number },
  inputs: readonly string[],
) {
  const { term, value, at, sensor, offset, length, total } = step
  return { term, value, kind: 'contact', at: isoTime(at), source: inputs[sensor] ?? '', offset, length, total } as const
}

function outcomesOf({ answers, method }: Parts): Scan['outcomes'] {
  const counts = { established: 0, refused: 0, unanswered: 0, blocked: 0, unknown: 0 }
  for (const answer of Array.from(answers)) counts[outcomeOf(answer)]++
  // A refused transfer is what a closed port is to a connection.
  return method === 'dns-axfr' ? { ...counts, refused: counts.refused + counts.blocked, blocked: 0 } : counts
}

/** Where the log does not tell the transport: what such queries use (RFC 1035, RFC 5936). */
function protocolsOf({ transports, method }: Parts): string[] {
  if (transports === 0) return [method === 'dns-axfr' ? 'tcp' : 'udp']
  return [...(transports & 2 ? ['tcp'] : []), ...(transports & 1 ? ['udp'] : [])]
}
