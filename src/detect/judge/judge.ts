import { keyFrom } from '../../base/hash.ts'
import { State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import { adminPorts } from './contact.ts'
import { mainDirection } from './direction.ts'
import { hangsUp, isPolled, isPoller, isTail } from './habits.ts'
import { hostKey } from './host-key.ts'
import { RunningOrder } from './order.ts'
import { Score, shares } from './score.ts'
import { Tally } from './tally-set.ts'
import { type BonusName, bonuses, ratios, type TermName, thresholds } from './terms.ts'
import { ToolCounts } from './tool.ts'
import type { View } from './view.ts'

/** One step of a judgement, for the explanation. */
export interface JudgedStep {
  readonly kind: 'contact' | 'bonus'
  readonly term: TermName | BonusName
  readonly value: number
  readonly at: number
  readonly row: number
  readonly total: number
  /** S for each share and the bonuses so far, after the step: a checkpoint. */
  readonly state: readonly number[]
}

/** What is kept of a source between epochs. */
export interface Carried {
  readonly state: Float64Array
  bonuses: number
  /** Failing hosts and ports so far; the same host in two epochs counts twice, which errs toward looking closer. */
  hosts: number
  ports: number
}

export function nothingCarried(): Carried {
  return { state: new Float64Array(shares.length).fill(Number.NEGATIVE_INFINITY), bonuses: 0, hosts: 0, ports: 0 }
}

/** Fewer contacts than this never meet the floor under the score. */
export const fewestContacts = 4

export interface Recorder {
  step(step: JudgedStep): void
}

export interface Verdict {
  /** Event time of the decision in microseconds; undefined: no scan. */
  decidedAt: number | undefined
  /** How many steps had been taken up at the decision. */
  decidedAfter: number
  /** Score at the decision (or at the end), and after the last contact. */
  total: number
  final: number
  threshold: number
}

/**
 * Judges one source by its contacts in time order. Evidence that is known at a contact's first packet counts then;
 * evidence that needs the outcome counts when the outcome is known, whichever comes first.
 *
 * hot: no allocation per contact (unless a recorder is given).
 */
export class Judge {
  readonly #view: View
  readonly #score = new Score()
  readonly #order = new RunningOrder()
  readonly #tools = new ToolCounts()
  /** Failing targets: hosts, ports, ports per host; and hosts visited. */
  readonly #hosts: Tally
  readonly #ports: Tally
  readonly #visited: Tally
  #orderProven = false
  #paidOrder = false
  #paidTool = 0
  /** Web failures outside since anything there answered. */
  #failuresInARow = 0
  #earlierHosts = 0
  #earlierPorts = 0
  #polls = false
  /** Ends old connections: its segments without a connection are their tails. */
  #hangsUp = false
  /** Outcomes to come, a binary heap by time: parallel arrays. */
  readonly #pendingAt: number[] = []
  readonly #pendingRow: number[] = []

  constructor(view: View) {
    this.#view = view
    const key = keyFrom(view.journal.address.subarray(0, 8 * view.journal.length))
    this.#hosts = new Tally(key)
    this.#ports = new Tally(key)
    this.#visited = new Tally(key)
  }

  /**
   * @param rows journal rows of one source in time order
   * @param recorder when given, every step is told and judging goes on to the last contact
   * @param carried what earlier epochs left of the source
   */
  judge(rows: Uint32Array, recorder?: Recorder, carried?: Carried): Verdict {
    this.#reset(carried)
    const direction = mainDirection(this.#view, rows)
    this.#polls = isPoller(this.#view, rows)
    this.#hangsUp = hangsUp(this.#view, rows)
    const verdict: Verdict = {
      decidedAt: undefined,
      decidedAfter: 0,
      total: Number.NEGATIVE_INFINITY,
      final: Number.NEGATIVE_INFINITY,
      threshold: thresholds[direction],
    }
    const run = new Run(verdict, recorder)
    for (const row of rows) {
      const time = this.#view.journal.time[row] as number
      while (this.#pendingAt.length > 0 && (this.#pendingAt[0] as number) <= time) {
        const at = this.#pendingAt[0] as number
        this.#take(this.#pop(), at, run)
      }
      this.#begin(row, time, run)
      if (verdict.decidedAt !== undefined && recorder === undefined) return this.#close(verdict)
    }
    const { until } = this.#view
    while (this.#pendingAt.length > 0 && (this.#pendingAt[0] as number) <= until) {
      const at = this.#pendingAt[0] as number
      this.#take(this.#pop(), at, run)
      if (verdict.decidedAt !== undefined && recorder === undefined) break
    }
    return this.#close(verdict)
  }

  #reset(carried: Carried | undefined): void {
    this.#score.reset()
    if (carried) {
      this.#score.state.set(carried.state)
      this.#score.bonuses = carried.bonuses
    }
    this.#earlierHosts = carried?.hosts ?? 0
    this.#earlierPorts = carried?.ports ?? 0
    this.#order.reset()
    this.#tools.reset()
    this.#hosts.clear()
    this.#ports.clear()
    this.#visited.clear()
    this.#paidOrder = false
    this.#paidTool = 0
    this.#orderProven = false
    this.#failuresInARow = 0
    this.#pendingAt.length = 0
    this.#pendingRow.length = 0
  }

  /** Writes what is to be carried of the source judged last. */
  carry(into: Carried): void {
    into.state.set(this.#score.state)
    into.bonuses = this.#score.bonuses
    into.hosts = this.#hosts.distinct + this.#earlierHosts
    into.ports = this.#ports.distinct + this.#earlierPorts
  }

  #close(verdict: Verdict): Verdict {
    verdict.final = this.#score.total
    if (verdict.decidedAt === undefined) verdict.total = verdict.final
    return verdict
  }

  /** A contact's first packet: order, tool, and what needs no outcome. */
  #begin(row: number, time: number, run: Run): void {
    const { journal } = this.#view
    this.#tools.read(journal, row)
    const position = journal.address[8 * row + 7] as number
    let chance = 1
    if (this.#visited.add(hostKey(journal, row)) === 1) {
      chance = this.#order.visit(position, journal.has(row, State.unknownOutcome))
    }
    const { readings } = this.#view
    if (readings.term(row) !== undefined) {
      const at = readings.at[row] as number
      if (at <= time) this.#take(row, time, run)
      else this.#push(row, at)
    }
    if (chance <= 1e-6) this.#orderProven = true
    this.#payBonuses(row, time, run)
  }

  /** Takes up what a contact says. */
  #take(row: number, at: number, run: Run): void {
    const term = this.#settle(row)
    const ratio = ratios[term]
    this.#score.contact(ratio)
    run.note('contact', term, ratio, at, row, this.#score)
    this.#payBonuses(row, at, run)
    this.#decide(at, run)
  }

  /** Terms that depend on what failed before: another port of the host, a repeated failure outside. */
  #settle(row: number): TermName {
    const term = this.#view.readings.term(row) as TermName
    if (term === 'answered outside') this.#failuresInARow = 0
    if (!this.#view.readings.probe(row)) return term
    if (this.#polls && isPolled(this.#view.journal, row)) return 'polled target'
    if (this.#hangsUp && isTail(this.#view.journal, row)) return 'lonely failure'
    const { journal } = this.#view
    const host = hostKey(journal, row)
    const port = ((journal.protocol[row] as number) << 16) | (journal.dstPort[row] as number)
    const onHost = this.#hosts.add(host)
    const hostBefore = onHost > 1
    const portBefore = this.#ports.add(port) > 1
    const connects = journal.protocol[row] === 6 || journal.protocol[row] === 17 || journal.protocol[row] === 132
    if (term === 'odd protocol') return term
    if (journal.method[row] === MethodCode.ipProtocol && hostBefore) return 'another port'
    if (term === 'dark address' || term === 'silent address') return hostBefore ? 'another dark port' : term
    if (term === 'udp no answer' || term === 'udp dark address')
      return this.#datagram(row, term, hostBefore, portBefore)
    if (term === 'refused' || term === 'no answer') return hostBefore && connects ? 'another port' : term
    if (term === 'rare target' || term === 'unseen target') {
      return this.#untold(row, term, connects ? onHost : 1, portBefore)
    }
    if (term === 'failed outside' || term === 'failed admin port outside') {
      // Two failing ports of one host happen to peer-to-peer programs by chance.
      if (onHost > 2 && connects) return 'another port outside'
      // Peers of peer-to-peer programs listen on odd ports; a well-known service that fails is no lonely peer.
      if (portBefore) return this.#failsInARow(row) ? 'burst of failures outside' : term
      return term === 'failed outside' ? 'lonely failure' : 'failed outside'
    }
    return term
  }

  /** Whether this is the third or a further web failure outside since anything there answered. */
  #failsInARow(row: number): boolean {
    const port = this.#view.journal.dstPort[row] as number
    if (port !== 80 && port !== 443) return false
    return ++this.#failuresInARow >= 3
  }

  /**
   * Silent datagrams: calls, games and peers try many high ports of many hosts and get no answer by nature. A port that
   * repeats over hosts, or a service port of a host tried before, is what tells.
   */
  #datagram(row: number, term: TermName, hostBefore: boolean, portBefore: boolean): TermName {
    const { journal } = this.#view
    const high = (journal.dstPort[row] as number) >= 1024 && (journal.srcPort[row] as number) >= 1024
    const told = journal.has(row, State.refused | State.blocked)
    if (high && !told && !portBefore) return 'lonely failure'
    if (!hostBefore) return term
    return term === 'udp no answer' ? 'another port' : 'another dark port'
  }

  /** Without outcomes, only several well-known ports of one host are telling; a lone contact outside says nothing. */
  #untold(row: number, term: TermName, onHost: number, portBefore: boolean): TermName {
    const { journal } = this.#view
    if (onHost > 3) {
      const port = journal.dstPort[row] as number
      if (port < 1024 || adminPorts.has(port)) return 'another port'
      // High ports are where data connections of FTP, calls and remote procedures go.
      return 'lonely failure'
    }
    if (this.#view.sides.dst(row)) return term
    if (!portBefore) return 'lonely failure'
    return adminPorts.has(journal.dstPort[row] as number) ? 'rare target' : 'udp outside no answer'
  }

  #payBonuses(row: number, at: number, run: Run): void {
    if (this.#orderProven && !this.#paidOrder && !this.#polls && this.#hosts.distinct >= 3) {
      this.#paidOrder = true
      this.#pay('address order', row, at, run)
    }
    if (this.#paidTool < 8 && this.#tools.related) {
      this.#pay('tool fingerprint', row, at, run, bonuses['tool fingerprint'].nats - this.#paidTool)
      this.#paidTool = 8
    } else if (this.#paidTool === 0 && this.#tools.shaped) {
      this.#paidTool = bonuses['tool header'].nats
      this.#pay('tool header', row, at, run)
    }
  }

  #pay(name: BonusName, row: number, at: number, run: Run, nats: number = bonuses[name].nats): void {
    this.#score.bonus(nats)
    run.note('bonus', name, nats, at, row, this.#score)
    this.#decide(at, run)
  }

  /** The floor keeps single odd failures from accusing: at least 4 failing hosts, or 8 failing ports. */
  #decide(at: number, run: Run): void {
    const { verdict } = run
    if (verdict.decidedAt !== undefined) return
    const wide = this.#hosts.distinct + this.#earlierHosts >= 4
    const deep = this.#ports.distinct + this.#earlierPorts >= 8
    if (!wide && !deep) return
    const total = this.#score.total
    if (total < verdict.threshold) return
    verdict.decidedAt = at
    verdict.decidedAfter = run.steps
    verdict.total = total
  }

  #push(row: number, at: number): void {
    const times = this.#pendingAt
    const rows = this.#pendingRow
    let i = times.length
    times.push(at)
    rows.push(row)
    while (i > 0) {
      const parent = (i - 1) >> 1
      if ((times[parent] as number) <= at) break
      times[i] = times[parent] as number
      rows[i] = rows[parent] as number
      i = parent
    }
    times[i] = at
    rows[i] = row
  }

  #pop(): number {
    const times = this.#pendingAt
    const rows = this.#pendingRow
    const row = rows[0] as number
    const lastAt = times.pop() as number
    const lastRow = rows.pop() as number
    const n = times.length
    let i = 0
    while (n > 0) {
      let child = 2 * i + 1
      if (child >= n) break
      if (child + 1 < n && (times[child + 1] as number) < (times[child] as number)) child++
      if ((times[child] as number) >= lastAt) break
      times[i] = times[child] as number
      rows[i] = rows[child] as number
      i = child
    }
    if (n > 0) {
      times[i] = lastAt
      rows[i] = lastRow
    }
    return row
  }
}

/** The verdict under way and who is told of its steps. */
class Run {
  readonly verdict: Verdict
  readonly #recorder: Recorder | undefined
  steps = 0

  constructor(verdict: Verdict, recorder: Recorder | undefined) {
    this.verdict = verdict
    this.#recorder = recorder
  }

  note(
    kind: 'contact' | 'bonus',
    term: TermName | BonusName,
    value: number,
    at: number,
    row: number,
    score: Score,
  ): void {
    this.steps++
    this.#recorder?.step({ kind, term, value, at, row, total: score.total, state: [...score.state, score.bonuses] })
  }
}
