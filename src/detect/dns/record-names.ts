import { formatPrefix } from '../../base/prefix.ts'
import type { Direction, DrawnScan, Scan, Touch } from '../finding.ts'
import { shares } from '../judge/score.ts'
import { severityOf } from '../record/rating.ts'
import { list, plural } from '../record/reasons.ts'
import { type Account, AccountKind, mostSteps } from './account.ts'
import { addressOf, blocksOf, orderOf, sweptTargets } from './asked-addresses.ts'
import { type DnsContext, directionOf, isOurs } from './context.ts'
import { Marks } from './ledger.ts'
import { outcomeOf, type Parts, recordOf, sortedTerms, stepOf, textOf } from './record.ts'
import { dnsTerms, dnsThresholds } from './terms.ts'
import { worded } from './words.ts'

/** Rounds after which names that are asked for again and again are somebody's list of what he watches. */
const pollRounds = 4
const pollShare = 0.7
/** A client that asks all over asked for so many networks beside, and for a share of all that it asked for. */
const fewestBesides = 16
const wideShare = 0.1
const listShare = 0.05
/** Asked for upwards, of a sorted list; in order, of addresses that came by chance; networks to each address of a pool. */
const risingShare = 0.95
const orderlyShare = 0.5
const poolShare = 4
const mostTouches = 65536

/** The scan that a decided account stands for; undefined where what came later explains it. */
export function describeNames(account: Account, context: DnsContext): DrawnScan | undefined {
  if (!context.causal && (isPolled(account) || isExplained(account))) return undefined
  return account.kind === AccountKind.sweep ? describeSweep(account, context) : describeGuesses(account, context)
}

function isPolled({ targets }: Account): boolean {
  let polled = 0
  for (let i = 0; i < targets.length; i++) if ((targets.rounds[i] as number) >= pollRounds) polled++
  return targets.omitted === 0 && polled >= pollShare * targets.length
}

/**
 * Whether the client turned out to ask all over, as a mail server or log analyser does, and its steps do not decide against one
 * that does: it met neighbours in order, by chance or in a sorted list, before that was known.
 */
function isExplained({ kind, targets, besides, asked, rising, orderly, peakAsWide, peakAsList }: Account): boolean {
  if (kind !== AccountKind.sweep || besides < fewestBesides) return false
  if (rising >= risingShare * asked && besides >= listShare * asked) return peakAsList < dnsThresholds.names
  // Few of many addresses in order are chance; all of few are a pool whose members took turns.
  const isChance = orderly < orderlyShare * targets.length && besides >= wideShare * asked
  return (isChance || besides >= poolShare * targets.length) && peakAsWide < dnsThresholds.names
}

function describeSweep(account: Account, context: DnsContext): DrawnScan {
  const { targets, client } = account
  const swept = sweptTargets(targets)
  const blocks = blocksOf(targets, swept)
  const ours = swept.filter((i) => isOurs(context, addressOf(targets, i))).length
  const direction = directionOf(isOurs(context, client), 2 * ours >= swept.length)
  const addresses = swept.length + targets.omitted
  const scan = recordOf(
    {
      ...partsOf(account, context, direction),
      method: 'dns-ptr',
      targets: { addresses, ...blocks },
      order: orderOf(targets, swept, blocks.blocks),
      probes: addresses,
      probesToDetect: swept.filter((i) => i < account.decidedTargets).length,
      answers: swept.map((i) => targets.answer[i] as number),
      zones: [],
    },
    context,
  )
  const what = blocks.coverage > 0 ? `${addresses} addresses in` : `${plural(addresses, 'reverse name')} below`
  const headline = `${textOf(client)} probed ${what} ${list(blocks.blocks)} for their names by dns-ptr.`
  return drawn(worded(scan, headline, account), touchesOf(account, swept))
}

function describeGuesses(account: Account, context: DnsContext): DrawnScan {
  const { targets, client, server, zone } = account
  const isTold = server.some((word) => word !== 0)
  const isClientOurs = isOurs(context, client)
  // A name server of ours is asked by our clients for other people's zones.
  const direction = directionOf(isClientOurs, !isClientOurs && (!isTold || isOurs(context, server)))
  const probes = targets.length + targets.omitted
  const scan = recordOf(
    {
      ...partsOf(account, context, direction),
      method: 'dns-enumeration',
      targets: { addresses: isTold ? 1 : 0, blocks: isTold ? [blockOf(server)] : [], coverage: isTold ? 1 : 0 },
      order: { kind: 'unknown', p: 1 },
      probes,
      answers: targets.answer.subarray(0, targets.length),
      zones: [zone],
    },
    context,
  )
  const headline = `${textOf(client)} probed ${zone} for ${plural(probes, 'host name')} by dns-enumeration.`
  return drawn(worded(scan, headline, account), [])
}

type Common = Omit<Parts, 'method' | 'targets' | 'order' | 'probes' | 'answers' | 'zones'>

/** What both kinds of account have in common. */
function partsOf(account: Account, context: DnsContext, direction: Direction): Common {
  const method = account.kind === AccountKind.sweep ? 'dns-ptr' : 'dns-enumeration'
  const open = account.names.length
  return {
    client: account.client,
    direction,
    severity: severityOf({
      direction,
      open,
      background: null,
      methods: [method],
      distributed: false,
      conversed: false,
    }),
    transports: account.transports,
    met: account.met,
    first: account.first,
    last: account.last,
    decidedAt: account.decidedAt,
    probesToDetect: account.decidedTargets,
    total: account.decidedTotal,
    threshold: dnsThresholds.names,
    final: account.total,
    terms: sortedTerms(
      dnsTerms.flatMap(({ name }, n) => {
        const count = account.counts[n] as number
        return count > 0 ? [{ name, count, nats: account.nats[n] as number }] : []
      }),
    ),
    evidence: evidenceOf(account, context.inputs),
    sensors: context.inputs.flatMap((source, n) => {
      const events = account.sensors[n % account.sensors.length] as number
      return events > 0 ? [{ source, events }] : []
    }),
    names: [...account.names],
  }
}

function evidenceOf({ steps }: Account, inputs: readonly string[]): Scan['evidence'] {
  const omitted = Math.max(0, steps.count - mostSteps)
  const kept = steps.term.length
  const shown = Array.from({ length: steps.count - omitted }, (_, k) => (omitted + k) % kept)
  const before = ((omitted - 1 + kept) % kept) * shares.length
  // The bonuses, of which there are none here, stand last.
  const from = omitted > 0 ? [...steps.state.subarray(before, before + shares.length), 0] : []
  return {
    from,
    omitted,
    steps: shown.map((i) => {
      const { name, ratio } = dnsTerms[steps.term[i] as number] as (typeof dnsTerms)[number]
      const [at, sensor] = [steps.at[i] as number, steps.sensor[i] as number]
      const [offset, length, total] = [steps.offset[i] as number, steps.length[i] as number, steps.total[i] as number]
      return stepOf({ term: name, value: ratio, at, sensor, offset, length, total }, inputs)
    }),
  }
}

function touchesOf({ targets }: Account, swept: readonly number[]): Touch[] {
  const told = swept.filter((i) => ((targets.marks[i] as number) & Marks.early) === 0)
  return told.slice(0, mostTouches).map((i) => ({
    at: (targets.at[i] as number) / 1000,
    address: textOf(addressOf(targets, i)),
    port: 53,
    outcome: outcomeOf(targets.answer[i] as number),
    source: 0,
  }))
}

function drawn(scan: Scan, touches: Touch[]): DrawnScan {
  return {
    scan,
    touches: touches.sort((x, y) => x.at - y.at),
    touchesOmitted: Math.max(0, scan.probes - touches.length),
  }
}

export function blockOf(words: ArrayLike<number>): string {
  const [a0, a1, a2, a3] = Array.from(words) as [number, number, number, number]
  return formatPrefix({ address: [a0, a1, a2, a3], bits: 128 })
}
