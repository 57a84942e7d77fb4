import type { Notice } from './notice.ts'

/** A message for one channel: the notices of a while. */
export interface Delivery {
  /** The same however often it is sent: whoever gets it twice can tell. */
  readonly id: string
  readonly channel: string
  /** In the order in which they came; those beyond the limit are counted in `omitted`. */
  readonly notices: readonly Notice[]
  readonly omitted: number
  /** How often it has been taken, this time included. */
  readonly attempts: number
  /** Milliseconds since 1970: when its first notice came. */
  readonly created: number
}

/**
 * Where messages wait until they are delivered. What was put outlives the process: a delivery that was taken and neither done nor
 * failed is due again when its hold has passed. Times are milliseconds since 1970.
 */
export interface Outbox {
  /**
   * Adds a notice to the channel's delivery that nobody has taken yet, or begins one that is due at `due`.
   * @returns false where the channel had this notice before, delivered or not
   */
  put(channel: string, notice: Notice, at: number, due: number): boolean
  /** The delivery of the channel that has been due longest, held until `until`; from then on it takes no more notices. */
  takeDue(channel: string, at: number, until: number): Delivery | undefined
  done(id: string, at: number): void
  /** @param again when it is due again; null: it is given up */
  failed(id: string, at: number, again: number | null, reason: string): void
  /** When the channel's next delivery is due; undefined where none waits. */
  nextDue(channel: string): number | undefined
}
