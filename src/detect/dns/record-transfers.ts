import type { Direction, DrawnScan, Severity, Term } from '../finding.ts'
import { Score } from '../judge/score.ts'
import { severityOf } from '../record/rating.ts'
import { list, plural } from '../record/reasons.ts'
import { areNetworksKnown, type DnsContext, directionOf, isOurs } from './context.ts'
import type { Mention } from './query.ts'
import { type Parts, recordOf, sortedTerms, stepOf, textOf } from './record.ts'
import { blockOf } from './record-names.ts'
import { Answer } from './targets.ts'
import { type DnsTermName, dnsTermIndex, dnsTerms, dnsThresholds } from './terms.ts'
import type { Transfer, Transferring } from './transfers.ts'
import { worded } from './words.ts'

/** A server that is refused so often goes on asking, as a secondary does whose primary does not know it. */
const stubborn = 3
const mostZones = 20

interface Evidence {
  readonly term: DnsTermName
  readonly mention: Mention
}

interface Judged extends Evidence {
  readonly ratio: number
  readonly at: number
  readonly total: number
  readonly nats: number
}

/** The scan that a client's transfers come to; undefined where they are a secondary's, or say too little. */
export function describeTransfers(who: Transferring, context: DnsContext): DrawnScan | undefined {
  const isClientOurs = isOurs(context, who.client)
  const isStranger = areNetworksKnown(context) && !isClientOurs
  const isSecondary = who.transfers.some(({ afterSoa, answer }) => afterSoa && answer === Answer.named)
  const steps = judge(who.transfers.flatMap((transfer) => evidenceOf(transfer, isStranger, isSecondary)))
  const decision = steps.findIndex(({ total }) => total >= dnsThresholds.transfer)
  if (decision < 0) return undefined
  const decided = steps.slice(0, decision + 1)
  const isGiven = steps.some(({ term }) => term === 'transfer granted')
  const direction = directionOf(isClientOurs, isServerOurs(who, context, isClientOurs))
  const scan = recordOf(partsOf(who, context, direction, steps, decided), context)
  const zones = scan.zones ?? []
  const what =
    zones.length === 1 ? `a copy of ${zones[0]}` : `copies of ${plural(zones.length, 'zone')} (${list(zones)})`
  const servers =
    scan.targets.addresses > 0 ? list(scan.targets.blocks.map((block) => block.replace(/\/\d+$/, ''))) : 'the server'
  return {
    scan: worded(scan, `${textOf(who.client)} probed ${servers} for ${what} by dns-axfr.`, {
      ...who,
      further: [
        ...(isGiven ? ['The whole zone was given away: the client now knows every name in it.'] : []),
        ...(isMisconfigured(who) && !isGiven
          ? ['It was refused again and again for one zone: perhaps a secondary that its primary no longer knows.']
          : []),
      ],
    }),
    touches: [],
    touchesOmitted: scan.probes,
  }
}

function evidenceOf(transfer: Transfer, isStranger: boolean, isSecondary: boolean): Evidence[] {
  const { asked, answered, answer, type, afterSoa } = transfer
  const isGranted = answer === Answer.named
  const isRefused = answer === Answer.refused
  const asSecondary = afterSoa || (isSecondary && !isRefused) || (isGranted && type === 'IXFR')
  if (asSecondary && !(isStranger && isRefused)) return [{ term: 'transfer by a secondary', mention: asked }]
  const first: Evidence = { term: isStranger ? 'transfer asked by a stranger' : 'transfer asked', mention: asked }
  if (!answered || !(isGranted || isRefused)) return [first]
  return [first, { term: isGranted ? 'transfer granted' : 'transfer refused', mention: answered }]
}

/** Steps in the order in which they were known. */
function judge(evidence: readonly Evidence[]): Judged[] {
  const score = new Score()
  let before = 0
  let at = Number.NEGATIVE_INFINITY
  const inTime = evidence.map((one, n) => ({ one, n })).sort((x, y) => x.one.mention.at - y.one.mention.at || x.n - y.n)
  return inTime.map(({ one: { term, mention } }) => {
    const { ratio } = dnsTerms[dnsTermIndex[term]] as (typeof dnsTerms)[number]
    score.contact(ratio)
    at = Math.max(at, mention.at)
    const { total } = score
    const nats = total - before
    before = total
    return { term, mention, ratio, at, total, nats }
  })
}

function partsOf(
  who: Transferring,
  context: DnsContext,
  direction: Direction,
  steps: readonly Judged[],
  decided: readonly Judged[],
): Parts {
  const { transfers } = who
  const last = decided.at(-1) as Judged
  const servers = [...new Set(transfers.map(({ server }) => blockOf(server)))].filter((block) => block !== '::/128')
  return {
    method: 'dns-axfr',
    client: who.client,
    direction,
    severity: severity(who, direction, steps),
    targets: { addresses: servers.length, blocks: servers, coverage: servers.length > 0 ? 1 : 0 },
    order: { kind: 'unknown', p: 1 },
    transports: transfers.reduce(
      (bits, { asked }) => bits | (asked.protocol === 6 ? 2 : asked.protocol === 17 ? 1 : 0),
      0,
    ),
    met: transfers[0]!.asked.at,
    first: Math.min(...transfers.map(({ asked }) => asked.at)),
    last: Math.max(...transfers.map((transfer) => transfer.last)),
    decidedAt: last.at,
    probesToDetect: transfers.filter(({ asked }) => asked.at <= last.at).length,
    probes: transfers.length + who.omitted,
    answers: transfers.map(({ answer }) => answer),
    total: last.total,
    threshold: dnsThresholds.transfer,
    final: (steps.at(-1) as Judged).total,
    terms: sortedTerms(termsOf(decided)),
    evidence: {
      from: [],
      omitted: 0,
      steps: decided.map(({ term, ratio, at, total, mention: { sensor, offset, length } }) =>
        stepOf({ term, value: ratio, at, sensor, offset, length, total }, context.inputs),
      ),
    },
    sensors: context.inputs.flatMap((source, n) => {
      const here = transfers.filter(({ asked }) => asked.sensor === n)
      const events = here.reduce(
        (sum, { tries, answered, asked }) => sum + tries + (answered && answered !== asked ? 1 : 0),
        0,
      )
      return events > 0 ? [{ source, events }] : []
    }),
    names: [],
    zones: [...new Set(transfers.map(({ zone }) => zone))].slice(0, mostZones),
  }
}

function termsOf(steps: readonly Judged[]): Term[] {
  const terms = new Map<string, Term>()
  for (const { term, nats } of steps) {
    const known = terms.get(term) ?? { name: term, count: 0, nats: 0 }
    terms.set(term, { name: term, count: known.count + 1, nats: known.nats + nats })
  }
  return [...terms.values()]
}

/** A zone that was given away is known to a stranger now; a server that goes on asking for one zone is misconfigured. */
function severity(who: Transferring, direction: Direction, steps: readonly Judged[]): Severity {
  if (steps.some(({ term }) => term === 'transfer granted')) return 'high'
  if (isMisconfigured(who)) return 'low'
  return severityOf({
    direction,
    open: 0,
    background: null,
    methods: ['dns-axfr'],
    distributed: false,
    conversed: false,
  })
}

function isMisconfigured({ transfers }: Transferring): boolean {
  const [first] = transfers
  const isOne = new Set(transfers.map(({ zoneHash }) => zoneHash)).size === 1
  const tries = transfers.reduce((sum, transfer) => sum + transfer.tries, 0)
  return isOne && first !== undefined && (transfers.every(({ afterSoa }) => afterSoa) || tries >= stubborn)
}

/** Where the log does not tell the server it is the one that wrote it: ours. */
function isServerOurs({ transfers }: Transferring, context: DnsContext, isClientOurs: boolean): boolean {
  const ours = transfers.filter(({ server }) => server.every((word) => word === 0) || isOurs(context, server)).length
  if (!isClientOurs && !areNetworksKnown(context)) return false
  return 2 * ours >= transfers.length
}
