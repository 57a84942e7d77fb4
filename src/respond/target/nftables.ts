import { elapsed, now } from '../../base/clock.ts'
import { several } from '../../base/quantity.ts'
import type { Applied, Change, Listing, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { gather } from './gather.ts'
import { Known } from './known.ts'
import { family, table } from './nftables/frame.ts'
import { quickSteps } from './nftables/quick.ts'
import { noTable, readTable, type TableState } from './nftables/table-state.ts'
import { throttleSets, withCounters } from './nftables/throttle-counters.ts'
import { transaction } from './nftables/transaction.ts'
import { failure, runProgram } from './run-program.ts'
import { networksOf, type Steps, stepsOf, wantedPieces } from './wanted.ts'

export interface NftablesSettings {
  readonly kind: 'nftables'
  /** What runs nft: `[nft]`, `[sudo, -n, nft]`, `[ip, netns, exec, edge, nft]`. */
  readonly command: readonly string[]
}

/** Blocks in and out. Where so many turn out to be there after all, a quarter of a second was lost. */
const mostQuick = 10_000
const can = { expire: true, throttle: true, list: true, v6: true, ports: true, direction: true, count: true }

class NftablesTarget implements Target {
  readonly can = can
  readonly name: string
  readonly #command: readonly string[]
  readonly #folder: string
  readonly #known = new Known()

  constructor(name: string, { command }: NftablesSettings, state: string) {
    this.name = name
    this.#command = command
    this.#folder = state
  }

  /** As for a machine that has no table yet. */
  preview(change: Change): string {
    const { put, take } = wantedPieces(acceptable(this.name, can, change))
    const steps = { put: [...put.values()], renew: [], take: [...take.values()] }
    return textOf(transaction(noTable, steps, change.at))
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    const sound = acceptable(this.name, can, change)
    const started = elapsed()
    const frame = await this.#read(signal, 'frame')
    const at = () => change.at + elapsed() - started
    return (await this.#quickly(frame, sound, at, signal)) ?? (await this.#thoroughly(frame, sound, at, signal))
  }

  /** Without reading the elements. @returns undefined where that cannot be: nothing was changed */
  async #quickly(
    frame: TableState,
    change: Change,
    at: () => number,
    signal: AbortSignal,
  ): Promise<Applied | undefined> {
    const { add, remove } = change
    if (!frame.isIntact || add.length + remove.length > mostQuick) return undefined
    const steps = quickSteps(this.#known.of(networksOf(add, remove), at()), frame.sets, change)
    if (steps === undefined || count(steps) + steps.absent.length === 0) return undefined
    const ran = await this.#run(['-j', '-f', '-'], textOf(transaction(frame, steps, at())), signal)
    return ran.status === 0 ? this.#done(frame, steps) : undefined
  }

  async #thoroughly(frame: TableState, change: Change, at: () => number, signal: AbortSignal): Promise<Applied> {
    const state = frame === noTable ? noTable : await this.#read(signal)
    const steps = stepsOf(state.found, change)
    if (!state.isIntact || count(steps) > 0) {
      const ran = await this.#run(['-j', '-f', '-'], textOf(transaction(state, steps, at())), signal)
      if (ran.status !== 0) throw failure(this.#options(), ran, 'the table was not changed')
    }
    return this.#done(state, steps)
  }

  #done(state: TableState, steps: Steps): Applied {
    const { put, renew, take } = steps
    if (state.isIntact && count(steps) === 0) {
      return { outcome: 'already', detail: `table ${family} ${table} is as it should be` }
    }
    this.#known.note(steps)
    const mended = state.isIntact ? '' : state === noTable ? 'table made; ' : 'table mended; '
    const detail = `${mended}${several(put.length, 'element')} added, ${renew.length} renewed, ${take.length} removed`
    return { outcome: 'applied', detail }
  }

  async list(signal: AbortSignal): Promise<Listing> {
    const { isIntact, found, strange } = await this.#read(signal)
    const texts: string[] = []
    for (const set of throttleSets(found)) texts.push(await this.#textOfSet(set, signal))
    return { intact: isIntact, entries: gather(withCounters(found, texts.join(''))), strange }
  }

  async close(): Promise<void> {}

  /** @param what only its frame, without elements: `-t` leaves them in the kernel where the whole ruleset is listed, and only there */
  async #read(signal: AbortSignal, what: 'frame' | 'all' = 'all'): Promise<TableState> {
    const at = now() / 1000
    const words = what === 'frame' ? ['-t', 'list', 'ruleset', family] : ['list', 'table', family, table]
    const ran = await this.#run(['-j', '-n', ...words], '', signal)
    if (ran.status === 0) {
      const state = readTable(this.name, ran.stdout, at)
      if (what === 'all') this.#known.learn(state.found)
      return state
    }
    if (/No such file or directory/.test(ran.stderr) && ran.stderr.includes(table)) return noTable
    throw failure(this.#options(), ran, 'the table cannot be read')
  }

  async #textOfSet(set: string, signal: AbortSignal): Promise<string> {
    const ran = await this.#run(['-n', 'list', 'set', family, table, set], '', signal)
    if (ran.status !== 0) throw failure(this.#options(), ran, 'the counters cannot be read')
    return ran.stdout
  }

  #options() {
    return { name: this.name, command: this.#command }
  }

  #run(args: readonly string[], input: string, signal: AbortSignal) {
    return runProgram({ ...this.#options(), folder: this.#folder, args, input, signal })
  }
}

function count({ put, renew, take }: Steps): number {
  return put.length + renew.length + take.length
}

function textOf(commands: readonly object[]): string {
  return `{"nftables":[\n${commands.map((command) => JSON.stringify(command)).join(',\n')}\n]}\n`
}

export default {
  id: 'nftables',
  title: 'nftables',
  about:
    'The firewall of Linux: a table of its own (inet sweepwatch) with named sets, changed in single transactions. Documented in nft(8) and libnftables-json(5).',
  can,
  open: async (name, settings, state) => new NftablesTarget(name, settings, state),
} satisfies TargetKind<NftablesSettings>
