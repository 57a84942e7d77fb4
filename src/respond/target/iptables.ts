import { elapsed, now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { count, several } from '../../base/quantity.ts'
import type { Applied, Change, Listing, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { gather } from './gather.ts'
import { hasStandingSets, readSets, readTable, type Sets } from './iptables/firewall-state.ts'
import { type Direction, mostPackets, mostSeconds, tables } from './iptables/frame.ts'
import { ruleScript, setScript, setsAfter } from './iptables/script.ts'
import type { SetSpec } from './iptables/set-spec.ts'
import { failure, runProgram } from './run-program.ts'
import { networksOf, stepsOf, wantedPieces } from './wanted.ts'

export interface IptablesSettings {
  readonly kind: 'iptables'
  /** What stands before each tool: nothing, `[sudo, -n]`, `[ip, netns, exec, edge]`. */
  readonly command: readonly string[]
  /** Which iptables: the system's own choice, or one of the two. */
  readonly variant: 'default' | 'nft' | 'legacy'
}

const can = { expire: true, throttle: true, list: true, v6: true, ports: true, direction: true, count: true }
const nothing = { sets: new Map(), wrongSets: [], found: [] }
const families = [4, 6] as const
const directions = ['in', 'out'] as const
type Jumps = Readonly<Record<Direction, number>>
type FamilyJumps = Readonly<Record<4 | 6, Jumps>>

interface State extends Sets {
  readonly isIntact: boolean
  readonly jumps: FamilyJumps
}

class IptablesTarget implements Target {
  readonly can = can
  readonly name: string
  readonly #settings: IptablesSettings
  readonly #folder: string

  constructor(name: string, settings: IptablesSettings, state: string) {
    this.name = name
    this.#settings = settings
    this.#folder = state
  }

  /** As for a machine that has none of it yet. */
  preview(change: Change): string {
    const { put, take } = wantedPieces(this.#takeable(change))
    const steps = { put: [...put.values()], renew: [], take: [...take.values()] }
    const rules = families.map((family) => {
      const script = ruleScript(family, setsAfter(nothing, steps).values(), { in: 0, out: 0 })
      return `# ${this.#tool(family, 'restore')} --noflush\n${script}`
    })
    return `# ipset restore -exist\n${setScript(nothing, steps, change.at)}${rules.join('')}`
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    const sound = this.#takeable(change)
    const started = elapsed()
    const state = await this.#read(signal, networksOf(sound.add, sound.remove))
    const steps = stepsOf(state.found, sound)
    const { put, renew, take } = steps
    const after = setsAfter(state, steps)
    const areRulesWhole = state.isIntact && after.size === state.sets.size
    if (areRulesWhole && put.length + renew.length + take.length === 0) {
      return { outcome: 'already', detail: 'sets and rules are as they should be' }
    }
    // A set of another type cannot go while a rule asks it.
    let { jumps } = state
    if (state.wrongSets.length > 0) jumps = await this.#writeRules([], jumps, signal)
    const script = setScript(state, steps, change.at + elapsed() - started)
    if (script !== '') await this.#run(['ipset', 'restore', '-exist'], script, 'the sets were not all changed', signal)
    if (!areRulesWhole) await this.#writeRules([...after.values()], jumps, signal)
    const mended = state.isIntact ? '' : state.sets.size === 0 ? 'sets and rules made; ' : 'sets and rules mended; '
    const entries = several(put.length, 'entry', 'entries')
    return { outcome: 'applied', detail: `${mended}${entries} added, ${renew.length} renewed, ${take.length} removed` }
  }

  async list(signal: AbortSignal): Promise<Listing> {
    const { isIntact, found, strange } = await this.#read(signal)
    return { intact: isIntact, entries: gather(found), strange }
  }

  async close(): Promise<void> {}

  /** @throws Problem `target` for a rate that hashlimit does not have; an end that ipset does not have becomes the latest it has */
  #takeable(change: Change): Change {
    const sound = acceptable(this.name, can, change)
    for (const { rate } of [...sound.add, ...sound.desired]) {
      if (rate === null || Math.max(rate.perSecond, rate.burst) <= mostPackets) continue
      throw new Problem('target', `target ${this.name}: iptables limits to at most ${count(mostPackets)} packets`, {
        hint: 'Plan a smaller rate and burst, or a block.',
      })
    }
    const latest = change.at + 1000 * mostSeconds
    const isTooLate = ({ until }: { until: string }) => Date.parse(until) > latest
    if (!sound.add.some(isTooLate) && !sound.desired.some(isTooLate)) return sound
    const until = `${new Date(latest).toISOString().slice(0, 19)}Z`
    const bounded = (blocks: typeof sound.add) =>
      blocks.map((block) => (isTooLate(block) ? { ...block, until } : block))
    return { ...sound, add: bounded(sound.add), desired: bounded(sound.desired) }
  }

  /** @param networks whose entries are read; undefined: all */
  async #read(signal: AbortSignal, networks?: ReadonlySet<string>): Promise<State> {
    const at = now() / 1000
    const saves = families.flatMap((family) =>
      directions.map((direction) => [this.#tool(family, 'save'), '-t', tables[direction].table]),
    )
    const [entries = '', ...texts] = await Promise.all([
      this.#run(['ipset', 'save'], '', 'the sets cannot be read', signal),
      ...saves.map((words) => this.#run(words, '', 'the rules cannot be read', signal)),
    ])
    const sets = readSets(entries, at, networks)
    let isIntact = hasStandingSets(sets)
    const jumps = { 4: { in: 0, out: 0 }, 6: { in: 0, out: 0 } }
    for (const family of families) {
      for (const direction of directions) {
        const text = texts.shift() ?? ''
        const table = readTable(text, family, direction, sets)
        jumps[family][direction] = table.jumps
        isIntact &&= table.isIntact
      }
    }
    return { ...sets, isIntact, jumps }
  }

  /** @returns the jumps that are there then */
  async #writeRules(sets: readonly SetSpec[], jumps: FamilyJumps, signal: AbortSignal): Promise<FamilyJumps> {
    for (const family of families) {
      const words = [this.#tool(family, 'restore'), '--noflush', '--wait', '5']
      await this.#run(words, ruleScript(family, sets, jumps[family]), 'the rules were not changed', signal)
    }
    return { 4: { in: 1, out: 1 }, 6: { in: 1, out: 1 } }
  }

  #tool(family: 4 | 6, end: 'save' | 'restore'): string {
    const { variant } = this.#settings
    return `${family === 4 ? 'iptables' : 'ip6tables'}${variant === 'default' ? '' : `-${variant}`}-${end}`
  }

  async #run(words: readonly string[], input: string, what: string, signal: AbortSignal): Promise<string> {
    const [tool = '', ...args] = words
    const options = { name: this.name, command: [...this.#settings.command, tool], args, input, signal }
    const ran = await runProgram({ ...options, folder: this.#folder })
    if (ran.status !== 0)
      throw failure(options, ran, what, 'Try the tool by hand. What was not done is done at the next change.')
    return ran.stdout
  }
}

export default {
  id: 'iptables',
  title: 'iptables and ipset',
  about:
    'The older firewall of Linux, with either of its engines: ipsets with time limits, asked by rules in chains SWEEPWATCH. Documented in ipset(8), iptables-restore(8) and iptables-extensions(8).',
  can,
  open: async (name, settings, state) => new IptablesTarget(name, settings, state),
} satisfies TargetKind<IptablesSettings>
