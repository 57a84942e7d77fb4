import type { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { shortNetwork } from '../network.ts'
import type { Applied, Block, Change, Listing, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { gather } from './gather.ts'
import { type Direction, directions, hasRule, readTable, tableName } from './pf/tables.ts'
import type { FoundPiece } from './piece.ts'
import { failure, type Ran, runProgram } from './run-program.ts'

export interface PfSettings {
  readonly kind: 'pf'
  /** What runs pfctl: `[pfctl]`, `[doas, pfctl]`, `[ssh, edge, pfctl]`. */
  readonly command: readonly string[]
  /** The tables are this with `_in` and `_out`. */
  readonly table: string
  readonly anchor: string | null
}

const can = { expire: false, throttle: false, list: true, v6: true, ports: false, direction: true, count: true }
/** Killing the states of one network is one run of pfctl. */
const mostKilled = 256

interface Lists {
  readonly add: ReadonlySet<string>
  readonly remove: ReadonlySet<string>
}

class PfTarget implements Target {
  readonly can = can
  readonly name: string
  readonly #settings: PfSettings
  readonly #folder: string

  constructor(name: string, settings: PfSettings, state: string) {
    this.name = name
    this.#settings = settings
    this.#folder = state
  }

  preview(change: Change): string {
    const sound = acceptable(this.name, can, change)
    const parts = directions.flatMap((direction) => {
      const { add, remove } = listsOf(sound, direction)
      return [this.#part(direction, 'delete', remove), this.#part(direction, 'add', add)]
    })
    return parts.join('')
  }

  #part(direction: Direction, verb: string, networks: ReadonlySet<string>): string {
    const words = ['pfctl', ...this.#tableWords(direction), '-T', verb, '-f', '-']
    return networks.size === 0 ? '' : `${words.join(' ')}\n${linesOf(networks)}`
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    const sound = acceptable(this.name, can, change)
    const fresh: string[] = []
    let removed = 0
    let isMade = false
    for (const direction of directions) {
      const shown = await this.#show(direction, signal)
      const there = new Set(shown?.found.map(({ network }) => network))
      const { add, remove } = listsOf(sound, direction)
      const [put, take] = [[...add].filter((each) => !there.has(each)), [...remove].filter((each) => there.has(each))]
      if (take.length > 0) await this.#change(direction, 'delete', take, signal)
      // pfctl makes a table that is not there, also for nothing.
      if (put.length > 0 || shown === undefined) await this.#change(direction, 'add', put, signal)
      isMade ||= shown === undefined
      fresh.push(...put)
      removed += take.length
    }
    if (!isMade && fresh.length + removed === 0)
      return { outcome: 'already', detail: 'the tables are as they should be' }
    const killed = fresh.length <= mostKilled
    if (killed) for (const network of new Set(fresh)) await this.#killStates(network, signal)
    const states = killed || fresh.length === 0 ? '' : '; open states were left'
    const detail = `${several(fresh.length, 'entry', 'entries')} added, ${removed} removed${states}`
    return { outcome: 'applied', detail }
  }

  async list(signal: AbortSignal): Promise<Listing> {
    const rules = await this.#must([...this.#anchorWords(), '-s', 'rules'], '', 'the rules cannot be read', signal)
    const info = await this.#must(['-s', 'info'], '', 'its state cannot be read', signal)
    const found: FoundPiece[] = []
    let intact = /^Status: Enabled/m.test(info)
    const strange = intact ? [] : ['pf is disabled']
    for (const direction of directions) {
      const table = tableName(this.#settings.table, direction)
      const shown = await this.#show(direction, signal)
      found.push(...(shown?.found ?? []))
      if (shown && shown.odd > 0) strange.push(`${several(shown.odd, 'exception')} in <${table}>`)
      if (!hasRule(rules, table, direction)) strange.push(`no rule drops <${table}>`)
      intact &&= shown !== undefined && hasRule(rules, table, direction)
    }
    return { intact, entries: gather(found), strange }
  }

  async close(): Promise<void> {}

  /** @returns undefined where there is no such table */
  async #show(direction: Direction, signal: AbortSignal): Promise<ReturnType<typeof readTable> | undefined> {
    const ran = await this.#run([...this.#tableWords(direction), '-v', '-T', 'show'], '', signal)
    if (ran.status === 0) return readTable(ran.stdout, direction)
    if (/Table does not exist/.test(ran.stderr)) return undefined
    throw this.#failure(ran, 'the table cannot be read')
  }

  async #change(direction: Direction, verb: 'add' | 'delete', networks: readonly string[], signal: AbortSignal) {
    const words = [...this.#tableWords(direction), '-q', '-T', verb, '-f', '-']
    await this.#must(words, linesOf(networks), 'the table was not changed', signal)
  }

  /** A connection that is open passes by its state, whatever the rules say: those from the network and those to it are ended. */
  async #killStates(network: string, signal: AbortSignal): Promise<void> {
    const any = network.includes(':') ? '::/0' : '0.0.0.0/0'
    await this.#must(['-q', '-k', network], '', 'open states were not ended', signal)
    await this.#must(['-q', '-k', any, '-k', network], '', 'open states were not ended', signal)
  }

  #anchorWords(): readonly string[] {
    return this.#settings.anchor === null ? [] : ['-a', this.#settings.anchor]
  }

  #tableWords(direction: Direction): readonly string[] {
    return [...this.#anchorWords(), '-t', tableName(this.#settings.table, direction)]
  }

  async #must(args: readonly string[], input: string, what: string, signal: AbortSignal): Promise<string> {
    const ran = await this.#run(args, input, signal)
    if (ran.status !== 0) throw this.#failure(ran, what)
    return ran.stdout
  }

  #run(args: readonly string[], input: string, signal: AbortSignal): Promise<Ran> {
    const { command } = this.#settings
    return runProgram({ name: this.name, command, args, input, folder: this.#folder, signal })
  }

  #failure(ran: Ran, what: string): Problem {
    return failure({ name: this.name, command: this.#settings.command }, ran, what)
  }
}

/** What goes into a table and out of it; what another plan still wants stays. */
function listsOf({ add, remove, desired }: Change, direction: Direction): Lists {
  const isMeant = (block: Block) => block.direction === direction || block.direction === 'both'
  const networks = (blocks: readonly Block[]) => new Set(blocks.filter(isMeant).map(({ network }) => network))
  const stands = networks([...desired, ...add])
  const gone = [...networks(remove)].filter((network) => !stands.has(network))
  return { add: networks(add), remove: new Set(gone) }
}

function linesOf(networks: Iterable<string>): string {
  return [...networks].map((network) => `${shortNetwork(network)}\n`).join('')
}

export default {
  id: 'pf',
  title: 'pf',
  about:
    'The firewall of OpenBSD and FreeBSD (pfSense, OPNsense): two tables that rules of yours drop. Documented in pfctl(8) and pf.conf(5).',
  can,
  open: async (name, settings, state) => new PfTarget(name, settings, state),
} satisfies TargetKind<PfSettings>
