import type { Resumable } from '../base/snapshot.ts'
import { isoTime } from '../base/time.ts'
import { type EventBatch, Subject } from '../event/batch.ts'
import { protocolName } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { openPort, scanned } from '../framing/finding.ts'
import type { Weakness } from './asset.ts'
import { targetOf } from './finding-ends.ts'

/** Weaknesses that are kept; about 300 bytes each. */
const mostWeaknesses = 1 << 18
const longest = 200
const words = [null, 'low', 'medium', 'high', 'critical'] as const

/** A weakness with the number of the input it is from. */
type Kept = Omit<Weakness, 'source'> & { readonly sensor: number }

export interface WeaknessState {
  /** By severity, 0 to 4; keys name host, port and id. */
  readonly kept: readonly ReadonlyMap<string, Kept>[]
  readonly forgotten: number
}

/**
 * What vulnerability scanners found (requirements L6, T4), each weakness of a host's port once, as last reported. When there is no
 * room, the least severe give way, the oldest first, and are counted.
 *
 * hot: no allocation for rows of other subjects.
 */
export class Weaknesses implements Resumable<WeaknessState> {
  /** Found, but without room. */
  forgotten = 0
  readonly #kept: readonly Map<string, Kept>[] = words.map(() => new Map())
  readonly #most: number
  /** Names repeat from host to host: one text of each is kept. */
  readonly #names = new Map<string, string>()

  constructor(most = mostWeaknesses) {
    this.#most = most
  }

  get size(): number {
    return this.#kept.reduce((sum, { size }) => sum + size, 0)
  }

  /** Every weakness, those of the highest severity first. @param inputs names of the inputs, by sensor number */
  all(inputs: readonly string[]): readonly Weakness[] {
    return [...this.#kept]
      .reverse()
      .flatMap((kept) => [...kept.values()])
      .map(({ sensor, ...weakness }) => ({ ...weakness, source: inputs[sensor] ?? '' }))
  }

  observe(batch: EventBatch): void {
    const { subject } = batch.column
    for (let i = 0; i < batch.length; i++) if (subject[i] === Subject.finding) this.#take(batch, i)
  }

  snapshot(): WeaknessState {
    return { kept: this.#kept, forgotten: this.forgotten }
  }

  resume({ kept, forgotten }: WeaknessState): void {
    for (const [severity, table] of this.#kept.entries()) {
      table.clear()
      for (const [key, weakness] of kept[severity] ?? []) table.set(key, weakness)
    }
    this.forgotten = forgotten
  }

  #take(batch: EventBatch, i: number): void {
    const c = batch.column
    const address = targetOf(batch, i)
    const id = batch.textOf(i, Text.signatureId)
    const severity = Math.min(c.severity[i]!, 4)
    const cves = batch.textOf(i, Text.cve).split(' ').filter(Boolean)
    // Hosts scanned, open ports, and what is information only.
    if (address === undefined || id === scanned || id === openPort || (severity === 0 && cves.length === 0)) return
    const port = c.dstPort[i]!
    const key = `${address} ${c.protocol[i]} ${port} ${id}`
    for (const [rank, table] of this.#kept.entries()) if (rank !== severity) table.delete(key)
    const table = this.#kept[severity]!
    if (!table.has(key) && !this.#makeRoom(severity)) return
    table.set(key, {
      address,
      port,
      protocol: port > 0 && c.protocol[i]! > 0 ? protocolName(c.protocol[i]!) : '',
      id: this.#once(id),
      name: this.#once(batch.textOf(i, Text.signature).slice(0, longest) || id),
      cves: cves.map((cve) => this.#once(cve)),
      severity: words[severity] ?? null,
      at: c.time[i]! > 0 ? isoTime(c.time[i]!) : null,
      sensor: c.sensor[i]!,
    })
  }

  /** @returns whether one of the severity may be added */
  #makeRoom(severity: number): boolean {
    if (this.size < this.#most) return true
    this.forgotten++
    const weaker = this.#kept.find(({ size }, rank) => size > 0 && rank < severity)
    if (weaker === undefined) return false
    weaker.delete(weaker.keys().next().value as string)
    return true
  }

  #once(text: string): string {
    const known = this.#names.get(text)
    if (known !== undefined) return known
    if (this.#names.size < mostWeaknesses) this.#names.set(text, text)
    return text
  }
}
