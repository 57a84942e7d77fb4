import { shortDigest } from '../../base/digest.ts'
import { isoTime } from '../../base/time.ts'
import { protocolName } from '../../event/protocol.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import type { Direction, DrawnScan, Knowledge, Member, Scan, Step, Term } from '../finding.ts'
import { mainDirection } from '../judge/direction.ts'
import type { Carried, JudgedStep, Verdict } from '../judge/judge.ts'
import { classifyOrder, type Order } from '../judge/order.ts'
import { Score } from '../judge/score.ts'
import { ToolCounts } from '../judge/tool.ts'
import { nameTool } from '../judge/tool-name.ts'
import type { View } from '../judge/view.ts'
import { addressText } from './address-text.ts'
import { touchedBlocks } from './blocks.ts'
import { type ContentReader, contentOf } from './content.ts'
import { type OutcomeName, outcomeOf } from './outcome.ts'
import { confidenceOf, isBackground, severityOf } from './rating.ts'
import { reasons, reversals } from './reasons.ts'
import { converses, coverageOf, methodsOf } from './shape.ts'
import { spoofable } from './source-proof.ts'
import { TargetKeys } from './target-keys.ts'
import { touchColumns } from './touch-columns.ts'
import { tricksOf } from './tricks.ts'

/** What the detector decided about one scan, before it is put into words. */
export interface Accused {
  /** Sources, most active first, as journal rows each. */
  readonly sources: readonly { readonly name: string; readonly rows: Uint32Array; readonly because: string }[]
  readonly decoys: readonly string[]
  /** What told the real source from its decoys. */
  readonly decoysTold: string | undefined
  readonly verdict: Verdict
  readonly steps: readonly JudgedStep[]
  /** What was held against the source before the first step. */
  readonly carried?: Carried
  readonly distributed: boolean
  /** Chance of as few collisions among independent sources, for distributed scans. */
  readonly coordination?: { readonly p: number; readonly collisions: number; readonly expected: number }
  readonly prefix?: string
  readonly knowledge: Knowledge
  /** Names of the inputs by sensor number. */
  readonly inputs: readonly string[]
  readonly content: ContentReader
}

const mostTouches = 65536
const mostOpen = 4096
const mostSteps = 64

export function describeScan(view: View, accused: Accused): DrawnScan {
  const { journal } = view
  const rows = mergeRows(journal, accused.sources)
  const direction = mainDirection(view, rows)
  const coverage = coverageOf(journal, rows)
  const blocks = touchedBlocks(view, rows)
  const order = orderOf(view, accused)
  const tools = new ToolCounts()
  for (const source of accused.sources) for (const row of source.rows) tools.read(journal, row)
  const tool = nameTool(tools)
  const methods = methodsOf(journal, rows)
  const outcomes = countOutcomes(view, rows, direction)
  const first = journal.time[rows[0] as number] as number
  const detected = accused.verdict.decidedAt ?? lastOf(journal, rows)
  const spoof = spoofable(journal, rows)
  const open = openTargets(journal, rows)
  const background = isBackground(view, rows, {
    direction,
    coverage: blocks.coverage,
    order,
    distributed: accused.distributed,
    shape: coverage.shape,
    addresses: coverage.addresses,
  })
  const scan: Scan = {
    type: 'scan',
    id: idOf(journal, rows[0] as number),
    technique: 'T1595.001',
    shape: coverage.shape,
    methods,
    direction,
    sources: accused.sources.map((source) => source.name),
    distributed: accused.distributed,
    spoofable: spoof,
    decoys: accused.decoys,
    targets: {
      addresses: coverage.addresses,
      blocks: blocks.names,
      coverage: round(blocks.coverage, 4),
      ports: coverage.ports,
      protocols: coverage.protocols,
    },
    order: { kind: order.kind, p: order.p },
    tool,
    first: isoTime(first),
    last: isoTime(lastOf(journal, rows)),
    detected: isoTime(detected),
    probesToDetect: targetsUntil(journal, rows, detected),
    probes: coverage.targets,
    knowledge: accused.knowledge,
    outcomes: outcomes.counts,
    pending: outcomes.pending,
    open: open.slice(0, mostOpen),
    background,
    authorised: null,
    confidence: confidenceOf(accused.verdict),
    severity: severityOf({
      direction,
      open: open.length,
      background,
      methods,
      distributed: accused.distributed,
      conversed: rows.some((row) => converses(journal, row)),
    }),
    score: {
      total: round(accused.verdict.total, 3),
      threshold: accused.verdict.threshold,
      terms: termsOf(accused),
      final: round(accused.verdict.final, 3),
    },
    sensors: sensorsOf(journal, rows, accused.inputs),
    ...(accused.distributed ? { members: membersOf(accused, journal) } : {}),
    ...(accused.prefix === undefined ? {} : { prefix: accused.prefix }),
    tricks: tricksOf(journal, rows),
    content: contentOf(journal, rows, accused.content),
    evidence: evidenceOf(journal, accused),
    reverse: [],
    because: [],
  }
  const worded: Scan = {
    ...scan,
    reverse: reversals(scan),
    because: reasons(scan, accused.decoysTold, accused.coordination),
  }
  return { scan: worded, ...touchesOf(view, accused, rows, direction) }
}

/** A scan is known by its first probe: so it keeps its id while it grows. */
function idOf(journal: AttemptJournal, first: number): string {
  const ends = `${addressText(journal, first, 0)} ${addressText(journal, first, 4)}`
  return shortDigest(`${ends} ${journal.protocol[first]} ${journal.dstPort[first]} ${journal.time[first]}`)
}

function mergeRows(journal: AttemptJournal, sources: Accused['sources']): Uint32Array {
  const all = new Uint32Array(sources.reduce((sum, source) => sum + source.rows.length, 0))
  let at = 0
  for (const source of sources) {
    all.set(source.rows, at)
    at += source.rows.length
  }
  return all.sort((x, y) => (journal.time[x] as number) - (journal.time[y] as number) || x - y)
}

function lastOf(journal: AttemptJournal, rows: Uint32Array): number {
  let last = Number.NEGATIVE_INFINITY
  for (const row of rows) last = Math.max(last, journal.lastAt[row] as number)
  return last
}

/** The order of new addresses: of the whole scan, or of its most regular source. */
function orderOf(view: View, accused: Accused): Order {
  let best: Order = { kind: 'unknown', p: 1 }
  for (const source of accused.sources.slice(0, 64)) {
    const order = orderOfRows(view, source.rows)
    if (order.p < best.p || best.kind === 'unknown') best = order
  }
  return best
}

function orderOfRows(view: View, rows: Uint32Array): Order {
  const { journal } = view
  const seen = new Set<number>()
  const positions: number[] = []
  for (const row of rows) {
    const position = journal.address[8 * row + 7] as number
    if (seen.has(position)) continue
    seen.add(position)
    positions.push(position)
    if (positions.length === 65536) break
  }
  const block = touchedBlocks(view, rows).blocks[0]
  const size = block === undefined ? 256 : Math.min(2 ** 24, 2 ** (128 - block.bits))
  return classifyOrder(positions, size, block?.address[3])
}

function countOutcomes(
  view: View,
  rows: Uint32Array,
  direction: Direction,
): { counts: Record<OutcomeName, number>; pending: number } {
  const silence = direction === 'inbound' || direction === 'internal' ? view.silence.inbound : view.silence.outbound
  const counts: Record<OutcomeName, number> = { established: 0, refused: 0, unanswered: 0, blocked: 0, unknown: 0 }
  let pending = 0
  const end = view.end - view.knowledge.timeout
  for (const row of rows) {
    const outcome = outcomeOf(view.journal, row, silence)
    counts[outcome]++
    if ((outcome === 'unanswered' || outcome === 'unknown') && (view.journal.time[row] as number) > end) pending++
  }
  return { counts, pending }
}

function openTargets(
  journal: AttemptJournal,
  rows: Uint32Array,
): { address: string; port: number; protocol: string }[] {
  const open = new Map<string, { address: string; port: number; protocol: string }>()
  const sorted = Array.from(rows).filter((row) => outcomeOf(journal, row, true) === 'established')
  for (const row of sorted) {
    const protocol = protocolName(journal.protocol[row] as number)
    const port =
      protocol === 'icmp' || protocol === 'icmp6' || protocol === 'arp' ? 0 : (journal.dstPort[row] as number)
    const address = addressText(journal, row, 4)
    open.set(`${address} ${protocol} ${port}`, { address, port, protocol })
  }
  const key = (t: { address: string; port: number }) =>
    t.address
      .split('.')
      .map((part) => part.padStart(3, '0'))
      .join('.')
  return [...open.values()].sort((x, y) => (key(x) < key(y) ? -1 : key(x) > key(y) ? 1 : x.port - y.port))
}

/** Distinct (address, port) targets whose first packet is not after `detected`. */
function targetsUntil(journal: AttemptJournal, rows: Uint32Array, detected: number): number {
  const keys = new TargetKeys(journal)
  const targets = new Set<number | string>()
  const limit = Math.floor(detected)
  for (const row of rows) {
    // Rows are in time order.
    if (Math.floor(journal.time[row] as number) > limit) break
    targets.add(keys.target(row))
  }
  return targets.size
}

/**
 * How many of the scan's events each input recorded: contacts and their repetitions; of a contact that several inputs
 * recorded, one each. Beyond 32 inputs, those of equal number modulo 32 share a count.
 */
function sensorsOf(
  journal: AttemptJournal,
  rows: Uint32Array,
  inputs: readonly string[],
): { source: string; events: number }[] {
  const counts = new Float64Array(32)
  for (const row of rows) {
    const seen = journal.sensors[row] as number
    const alone = (seen & (seen - 1)) === 0
    const events = alone ? 1 + (journal.repeats[row] as number) : 1
    for (let bit = 0; bit < 32; bit++) if ((seen >>> bit) & 1) counts[bit] = (counts[bit] as number) + events
  }
  return inputs.flatMap((source, n) => {
    const events = counts[n & 31] as number
    return events > 0 ? [{ source, events }] : []
  })
}

function membersOf({ sources }: Accused, journal: AttemptJournal): Member[] {
  return sources.map(({ name, rows, because }) => ({
    source: name,
    probes: rows.length,
    because,
    spoofable: spoofable(journal, rows),
  }))
}

/** A term's nats are the increments of the total at its steps, so the terms add up to the total. */
function termsOf(accused: Accused): Term[] {
  const terms = new Map<string, { count: number; nats: number }>()
  let before = accused.carried ? totalOf(accused.carried) : 0
  if (before > 0) terms.set('earlier inputs', { count: 1, nats: before })
  for (const step of accused.steps.slice(0, accused.verdict.decidedAfter || accused.steps.length)) {
    const term = terms.get(step.term) ?? { count: 0, nats: 0 }
    term.count++
    term.nats += step.total - before
    before = step.total
    terms.set(step.term, term)
  }
  return [...terms]
    .map(([name, term]) => ({ name, count: term.count, nats: round(term.nats, 3) }))
    .sort((x, y) => y.nats - x.nats)
}

/** The score that a carried state stands at. */
function totalOf(carried: Carried): number {
  const score = new Score()
  score.state.set(carried.state)
  score.bonus(carried.bonuses)
  return score.total
}

function evidenceOf(journal: AttemptJournal, accused: Accused): Scan['evidence'] {
  const upTo = accused.steps.slice(0, accused.verdict.decidedAfter || accused.steps.length)
  const omitted = Math.max(0, upTo.length - mostSteps)
  const steps: Step[] = upTo.slice(omitted).map((step) => ({
    term: step.term,
    value: step.value,
    kind: step.kind,
    at: isoTime(step.at),
    source: accused.inputs[journal.sensor[step.row] as number] ?? '',
    offset: journal.offset[step.row] as number,
    length: journal.recordLength[step.row] as number,
    total: step.total,
  }))
  const { carried } = accused
  const earlier = carried && totalOf(carried) > 0 ? [...carried.state, carried.bonuses] : []
  const state = omitted > 0 ? (upTo[omitted - 1] as JudgedStep).state : earlier
  // JSON knows no infinity; e^-1e300 is as much nothing.
  const from = state.map((s) => Math.max(-1e300, s))
  return { from, omitted, steps }
}

function touchesOf(view: View, accused: Accused, rows: Uint32Array, direction: Direction): Omit<DrawnScan, 'scan'> {
  const { journal } = view
  const silence = direction === 'inbound' || direction === 'internal' ? view.silence.inbound : view.silence.outbound
  const index = new Map(accused.sources.map((source, i) => [source.name, i]))
  const kept = rows.subarray(0, mostTouches)
  const touches = Array.from(kept, (row) => ({
    at: (journal.time[row] as number) / 1000,
    address: addressText(journal, row, 4),
    port: journal.dstPort[row] as number,
    outcome: outcomeOf(journal, row, silence),
    source: index.get(addressText(journal, row, 0)) ?? 0,
  }))
  const columns = touchColumns(journal, accused.sources, rows, silence)
  return { touches, touchesOmitted: rows.length - kept.length, columns }
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}
