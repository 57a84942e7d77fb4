import { isoTime } from '../../base/time.ts'
import type { EventBatch } from '../../event/batch.ts'
import type { Observation } from '../../respond/ledger/entry.ts'
import { Position, Sightings, type Watched } from '../../respond/proof/sightings.ts'

/** Sources that stand before and behind the enforcement point, as the configuration names them. */
export interface Positions {
  readonly before: readonly string[]
  readonly behind: readonly string[]
}

/** Looks at the traffic on both sides of the enforcement points, to prove what they do. */
export class Wire {
  readonly #positions: Positions
  readonly #nameOf: (sensor: number) => string
  readonly #known: number[] = []
  readonly #sightings: Sightings

  /** @param nameOf a source by its number in the rows */
  constructor(positions: Positions, nameOf: (sensor: number) => string) {
    this.#positions = positions
    this.#nameOf = nameOf
    this.#sightings = new Sightings((sensor) => this.#positionOf(sensor))
  }

  observe(batch: EventBatch): void {
    this.#sightings.observe(batch)
  }

  watch(watched: readonly Watched[]): void {
    this.#sightings.watch(watched)
  }

  /**
   * What was seen of some watched networks together.
   * @param since when their counting began, milliseconds @param until milliseconds
   * @param dropped by the target's own count
   */
  seen(ids: readonly string[], since: number, until: number, dropped: number | null): Observation {
    const looked = this.#sightings.looked(1000 * since)
    const all = ids.map((id) => this.#sightings.of(id))
    const example = all.find((each) => each.example !== null)?.example ?? null
    return {
      since: isoTime(1000 * since),
      until: isoTime(1000 * until),
      before: looked.before ? all.reduce((sum, { before }) => sum + before, 0) : null,
      behind: looked.behind ? all.reduce((sum, { behind }) => sum + behind, 0) : null,
      telling: all.reduce((sum, { telling }) => sum + telling, 0),
      dropped,
      example: example === null ? null : `${this.#nameOf(example.sensor)} at byte ${example.offset}`,
    }
  }

  /** Whether one of these sources of records stands behind the enforcement point: what it recorded came out there. */
  isBehind(names: readonly string[]): boolean {
    return names.some((name) => this.#positions.behind.includes(name))
  }

  #positionOf(sensor: number): number {
    const known = this.#known[sensor]
    if (known !== undefined) return known
    const name = this.#nameOf(sensor)
    const position = this.#positions.behind.includes(name)
      ? Position.behind
      : this.#positions.before.includes(name)
        ? Position.before
        : Position.unknown
    this.#known[sensor] = position
    return position
  }
}
