import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case } from '../../../src/case/case.ts'
import { analyze } from '../../../src/pipeline/analyze.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { Random } from '../../random.ts'
import { shuffled } from '../site.ts'
import { type Business, businesses } from './business.ts'
import { type Deed, deeds } from './deeds.ts'
import { Network, ownNetworks } from './network.ts'
import type { Judgement, Wanted } from './reliability.ts'
import { type Scanner, scanners } from './scanners.ts'

/** Room for what is made up, so that a trial does not begin with tables for millions. */
const sizes = { connections: 14, contacts: 15, journal: 2 ** 14, contentBytes: 2 ** 20, keep: 2 ** 14 }

/** What was drawn for one trial. */
export interface Aftermath {
  readonly seed: number
  readonly scanner: Scanner
  readonly deed: Deed | undefined
  readonly business: readonly Business[]
  readonly network: Network
}

/** One trial and what was decided; no judgement where the sweep made no case. */
export interface Tried {
  readonly aftermath: Aftermath
  readonly judgements: readonly Judgement[]
  readonly cases: readonly Case[]
}

/** Makes up a sweep and what followed it. The same seed gives the same. */
function drawAftermath(seed: number): Aftermath {
  const random = new Random(7919 * seed)
  const network = new Network(random)
  const scanner = weighted(scanners, random)
  const swept = sweep(network, scanner)
  const deed = random.chance(scanner.deed) ? weighted(deeds, random) : undefined
  const host = () => network.pick(swept.found.length > 0 ? swept.found : network.serving)
  const at = () => swept.end + network.between(20, 3000)
  deed?.happen(network, scanner.address, host(), at())
  const much = random.unit()
  const business = Array.from({ length: much < 0.45 ? 0 : much < 0.85 ? 1 : 2 }, () => weighted(businesses, random))
  for (const each of business) each.happen(network, scanner.address, host(), at())
  return { seed, scanner, deed, business, network }
}

/** Writes the logs and has them analysed as any others. */
export async function tryAftermath(seed: number): Promise<Tried> {
  const aftermath = drawAftermath(seed)
  const { network, scanner } = aftermath
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-aftermath-'))
  try {
    const paths = network.logs.write(folder)
    const state = join(folder, 'state')
    if (network.sensors.past) {
      mkdirSync(state)
      const database = openDatabase(state)
      // The trial is thrown away: nothing has to reach the disk.
      database.exec('PRAGMA synchronous = OFF')
      network.remember(database)
      database.close()
    }
    const context = await scanner.context(new Random(seed))
    const past = network.sensors.past ? { state } : {}
    const { cases } = await analyze({ paths, net: ownNetworks, context, threads: 1, sizes, ...past })
    return { aftermath, cases, judgements: cases.flatMap((one) => judged(aftermath, one)) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function judged({ scanner, deed, business, seed }: Aftermath, { sources, decision }: Case): Judgement[] {
  if (decision === null) return []
  const mine = sources.includes(scanner.address)
  const happened = deed === undefined ? 'nothing' : deed.taken ? 'taken' : 'attacked'
  // A case without the scanner is about a host that began to scan, or about nothing at all.
  const wanted = mine ? wantedOf(scanner, deed) : deed?.name === 'scan inside' ? 'escalate' : 'leave'
  const { rule, confidence } = decision
  const founded = rule === 'E4' ? happened === 'taken' : rule === 'E3' ? happened !== 'nothing' : true
  const name = [seed, scanner.name, deed?.name ?? 'no deed', ...business.map((each) => each.name)].join('; ')
  return [
    {
      set: 'made-up',
      name,
      wanted,
      alone: mine ? scanner.alone : 'leave',
      decision: decision.decision,
      rule,
      confidence,
      founded,
    },
  ]
}

function wantedOf({ alone, attacking }: Scanner, deed: Deed | undefined): Wanted {
  if (deed === undefined) return alone
  return deed.taken ? 'escalate' : attacking
}

interface Swept {
  /** Hosts that answered. */
  readonly found: readonly number[]
  /** Seconds. */
  readonly end: number
}

function sweep(network: Network, { address, thin }: Scanner): Swept {
  const { random } = network
  const size = thin ? 12 + random.below(25) : 60 + random.below(190)
  const order = shuffled(250, random).map((n) => n + 1)
  if (!thin && random.chance(0.5)) order.sort((x, y) => x - y)
  const targets = order.slice(0, size)
  const interval = network.between(0.02, thin ? 60 : 5)
  const serves = (host: number) => network.serving.includes(host)
  for (const [n, host] of targets.entries()) {
    // Not by what sees our own hosts: a sweep that no sensor saw asks for no decision.
    const ends = { src: address, dst: network.address(host), port: network.port }
    network.logs.flow({ ...ends, at: n * interval, answered: serves(host) })
  }
  return { found: targets.filter(serves), end: size * interval }
}

function weighted<T extends { readonly weight: number }>(from: readonly T[], random: Random): T {
  let left = random.unit() * from.reduce((sum, { weight }) => sum + weight, 0)
  for (const each of from) {
    left -= each.weight
    if (left < 0) return each
  }
  return from[from.length - 1] as T
}
