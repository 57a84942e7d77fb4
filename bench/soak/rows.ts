/** Random rows straight into tracking and detection, as no decoder would give them: every field anything it can hold. */
import fc from 'fast-check'
import { parsePrefix } from '../../src/base/prefix.ts'
import { Detector, type Findings } from '../../src/detect/detector.ts'
import { OwnNetworks } from '../../src/detect/network/own-networks.ts'
import { type Column, columnNames, EventBatch, Mark } from '../../src/event/batch.ts'
import { Tracker } from '../../src/track/tracker.ts'
import { Random } from '../random.ts'

export interface Traffic {
  readonly seed: number
  readonly rows: number
  /** How many sources, targets and ports there are to choose from: few collide, many are a sweep. */
  readonly sources: number
  readonly targets: number
  readonly ports: number
  /** Shares of IPv6 addresses, of rows with random flags, marks and all other columns, of rows that quote another. */
  readonly v6: number
  readonly wild: number
  readonly quoted: number
  readonly times: 'steady' | 'still' | 'jumps back' | 'anywhere'
  /** log2 of the journal's contacts. */
  readonly journal: number
  readonly own: boolean
  readonly causal: boolean
}

const share = fc.constantFrom(0, 0, 0.05, 0.5, 1)
const size = fc.constantFrom(1, 1, 2, 5, 40, 256, 100_000)

export const traffic: fc.Arbitrary<Traffic> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  rows: fc.integer({ min: 0, max: 1200 }),
  sources: size,
  targets: size,
  ports: size,
  v6: share,
  wild: share,
  quoted: share,
  times: fc.constantFrom<Traffic['times'][]>('steady', 'still', 'jumps back', 'anywhere'),
  journal: fc.integer({ min: 6, max: 11 }),
  own: fc.boolean(),
  causal: fc.boolean(),
})

const start = Date.UTC(2026, 10, 22) * 1000
const protocols = [6, 6, 6, 6, 17, 17, 1, 58, 132, 47, 0, 255]
/** 1970, before it, past what a 32-bit clock holds, and past what a Date holds. */
const oddTimes = [0, -1, -1e15, 2 ** 32 * 1e6, 2.5e17, 8.65e18, 1e22, -9e18]

function timeOf(random: Random, { times }: Traffic, row: number): number {
  if (times === 'still') return start
  if (times === 'anywhere' && random.chance(0.2)) return oddTimes[random.below(oddTimes.length)] as number
  if (times === 'anywhere') return random.unit() * 2e15
  const jump = times === 'jumps back' && random.chance(0.05) ? 10 ** (6 + random.below(8)) : 0
  return start + row * 50_000 - jump
}

/** Sources lie in 203.0.113.0/24 and after it, or in one /48; targets in 192.0.2.0/24 and after it, or 2001:db8:1::/64. */
function address(batch: EventBatch, row: number, side: 'src' | 'dst' | 'via', n: number, isV6: boolean): void {
  const c = batch.column
  const base = side === 'dst' ? 0xc0000200 : 0xcb007100
  c[`${side}0`][row] = isV6 ? 0x20010db8 : 0
  c[`${side}1`][row] = isV6 ? (side === 'dst' ? 0x10000 : 0x20000 + (n & 3)) : 0
  c[`${side}2`][row] = isV6 ? 0 : 0xffff
  c[`${side}3`][row] = isV6 ? n : base + n
}

const isAddressOrTime = /^(time|src\d|dst\d|via\d|payload|payloadLength|sensor|rule)$/
const wildColumns = columnNames.filter((name) => !isAddressOrTime.test(name))
const largeReal = [0, 1, 40, 65535, 2 ** 32, 1e15]

function wildValue(random: Random, name: Column, old: number): number {
  if (name === 'kind') return random.below(3)
  if (name === 'outcome') return random.below(6)
  if (name === 'action') return random.below(4)
  if (name === 'duration' || name === 'bytesOut' || name === 'bytesIn') return largeReal[random.below(6)] as number
  if (name === 'offset' || name === 'length' || name === 'marks') return old
  return random.chance(0.5) ? random.word() : old
}

function fillRow(batch: EventBatch, random: Random, plan: Traffic, n: number): void {
  const row = batch.begin()
  const c = batch.column
  const isV6 = random.chance(plan.v6)
  c.time[row] = timeOf(random, plan, n)
  c.protocol[row] = protocols[random.below(protocols.length)] as number
  address(batch, row, 'src', random.below(plan.sources), isV6)
  address(batch, row, 'dst', random.below(plan.targets), isV6)
  if (random.chance(0.2)) swapSides(batch, row)
  c.srcPort[row] = 40_000 + random.below(plan.ports)
  c.dstPort[row] = 1 + random.below(plan.ports)
  c.flags[row] = [2, 2, 2, 18, 4, 16, 1, 41, 0][random.below(9)] as number
  c.marks[row] = random.chance(plan.wild) ? random.below(8192) & ~Mark.quoted : Mark.hasTtl
  c.payload[row] = random.below(1000)
  c.payloadLength[row] = random.chance(0.2) ? random.below(1000) : 0
  c.sensor[row] = random.below(2)
  if (random.chance(plan.wild)) {
    for (const name of wildColumns) c[name][row] = wildValue(random, name, c[name][row] as number)
  }
  if (!random.chance(plan.quoted)) return
  c.marks[row] = (c.marks[row] as number) | Mark.quoted
  address(batch, row, 'via', random.below(plan.targets), isV6)
}

function swapSides({ column: c }: EventBatch, row: number): void {
  for (const word of [0, 1, 2, 3] as const) {
    const src = c[`src${word}`][row] as number
    c[`src${word}`][row] = c[`dst${word}`][row] as number
    c[`dst${word}`][row] = src
  }
}

const ownPrefixes = () => ['192.0.2.0/24', '2001:db8:1::/64'].map((text) => parsePrefix(text)!)

export interface Detected {
  readonly findings: Findings
  readonly tracker: Tracker
  readonly epochs: number
}

/** Runs the plan's rows through small tables, epoch after epoch. */
export function detect(plan: Traffic): Detected {
  const random = new Random(plan.seed)
  const tracker = new Tracker({ connections: 8, contacts: 10, journal: 2 ** plan.journal, contentBytes: 4096 })
  const detector = new Detector({
    ...(plan.own ? { own: new OwnNetworks(ownPrefixes(), 'option') } : {}),
    causal: plan.causal,
    inputs: ['a', 'b'],
    content: tracker.content,
    keep: 512,
  })
  const batch = new EventBatch(256)
  batch.bytes = Uint8Array.from({ length: 2048 }, () => random.below(256))
  let epochs = 1
  for (let n = 0; n < plan.rows; ) {
    for (batch.clear(); batch.length < batch.capacity && n < plan.rows; n++) {
      batch.recordOffset = n
      fillRow(batch, random, plan, n)
    }
    for (let from = tracker.observe(batch); from < batch.length; from = tracker.observe(batch, from)) {
      const openSince = tracker.newest - detector.knowledge.timeout
      detector.epoch(tracker.journal, (row) => tracker.goesOn(row, openSince))
      tracker.rollOver(openSince)
      epochs++
      // An epoch that frees no room would never end.
      if (epochs > 2 * plan.rows + 2) throw new Error('epochs without end')
    }
  }
  return { findings: detector.finish(tracker.journal), tracker, epochs }
}
