import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { replaceFile } from '../../base/replace-file.ts'
import type { Applied, Change, Listed, Listing, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { exclusive } from './exclusive.ts'

export interface DebugSettings {
  readonly kind: 'debug'
  /** What it says of every change. */
  readonly temper: 'accepts' | 'already' | 'fails'
}

const can = { expire: true, throttle: true, list: true, v6: true, ports: true, direction: true, count: false }

class DebugTarget implements Target {
  readonly can = can
  readonly name: string
  readonly #temper: DebugSettings['temper']
  readonly #state: string
  readonly #file: string

  constructor(name: string, { temper }: DebugSettings, state: string) {
    this.name = name
    this.#temper = temper
    this.#state = state
    this.#file = join(state, 'blocks.json')
  }

  preview(change: Change): string {
    const { add, remove } = acceptable(this.name, can, change)
    return [...remove.map((block) => `- ${lineOf(block)}\n`), ...add.map((block) => `+ ${lineOf(block)}\n`)].join('')
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    signal.throwIfAborted()
    const { add, remove } = acceptable(this.name, can, change)
    if (this.#temper === 'fails') throw this.#failure()
    return exclusive(this.name, this.#state, signal, async () => {
      const before = await this.#read()
      const after = new Map(before)
      for (const block of remove) after.delete(keyOf(block))
      for (const block of add) after.set(keyOf(block), { ...listedOf(block), dropped: null })
      const text = textOf(after)
      if (text !== (await this.#text())) await replaceFile(this.#file, text, 0o600)
      const outcome = this.#temper === 'already' || text === textOf(before) ? 'already' : 'applied'
      return { outcome, detail: `${several(add.length, 'block')} in, ${several(remove.length, 'block')} out` }
    })
  }

  async list(signal: AbortSignal): Promise<Listing> {
    signal.throwIfAborted()
    if (this.#temper === 'fails') throw this.#failure()
    const intact = (await this.#text()) !== undefined
    const entries = [...(await this.#read()).values()]
    const at = now() / 1000
    return { intact, entries: entries.filter(({ until }) => until === null || Date.parse(until) > at), strange: [] }
  }

  async close(): Promise<void> {}

  async #text(): Promise<string | undefined> {
    return readFile(this.#file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined
      throw new Problem('target', `target ${this.name}: ${this.#file} cannot be read: ${cause.message}`, { cause })
    })
  }

  /** By what tells one block from another. */
  async #read(): Promise<ReadonlyMap<string, Listed>> {
    const text = await this.#text()
    try {
      return new Map((JSON.parse(text ?? '[]') as Listed[]).map((entry) => [keyOf(entry), entry]))
    } catch (cause) {
      throw new Problem('target', `target ${this.name}: ${this.#file} is damaged`, { cause, hint: 'Remove the file.' })
    }
  }

  #failure(): Problem {
    return new Problem('target', `target ${this.name}: fails, as it is configured to`, {
      hint: 'Set `temper: accepts`.',
    })
  }
}

type Enforced = Omit<Listed, 'dropped' | 'until'> & { readonly until: string | null }

function listedOf({ network, measure, rate, direction, ports, protocol, until }: Enforced): Omit<Listed, 'dropped'> {
  return { network, measure, rate, direction, ports, protocol, until }
}

function keyOf({ network, measure, direction, ports, protocol }: Enforced): string {
  return `${network} ${measure} ${direction} ${protocol} ${ports.join()}`
}

function lineOf(block: Enforced): string {
  const rate = block.rate === null ? '' : ` ${block.rate.perSecond}/s burst ${block.rate.burst}`
  return `${keyOf(block).trimEnd()}${rate} until ${block.until}`
}

function textOf(entries: ReadonlyMap<string, Listed>): string {
  return `[${[...entries.values()].map((entry) => `\n${JSON.stringify(entry)}`).join()}\n]\n`
}

/** A target that enforces nothing: for trying the whole way there and back, and for tests. */
export default {
  id: 'debug',
  title: 'Debug',
  about: 'Enforces nothing: keeps a list in its state directory, and accepts, has everything already, or fails.',
  can,
  open: async (name, settings, state) => new DebugTarget(name, settings, state),
} satisfies TargetKind<DebugSettings>
