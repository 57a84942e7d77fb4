import { commentOf } from '../sound.ts'
import type { FoundPiece, Piece } from './piece.ts'
import { keyOf } from './piece.ts'
import { isOurs, type Steps } from './wanted.ts'

/** What ends within so many milliseconds may have ended already. */
const slackMs = 2000

/**
 * Which entries of a firewall are ours, as it was read last and changed by us since, so that a small change need not read a hundred thousand.
 * What is not known may be there nevertheless; what is known others may have taken away since.
 */
export class Known {
  #pieces: readonly FoundPiece[] = []

  /** @param found all that the firewall has */
  learn(found: readonly FoundPiece[]): void {
    this.#pieces = found.filter(isOurs)
  }

  /** @param at milliseconds since 1970 */
  of(networks: ReadonlySet<string>, at: number): readonly FoundPiece[] {
    return this.#pieces.filter(({ network, until }) => networks.has(network) && (until ?? 0) > at + slackMs)
  }

  /** That this was done. */
  note({ put, renew, take }: Steps): void {
    const touched = new Set([...put, ...renew, ...take].map(keyOf))
    const networks = new Set([...put, ...renew, ...take].map(({ network }: Piece) => network))
    const rest = this.#pieces.filter((piece) => !networks.has(piece.network) || !touched.has(keyOf(piece)))
    const made = [...put, ...renew].map(({ plan, ...piece }) => ({
      ...piece,
      comment: commentOf({ plan }),
      dropped: null,
    }))
    this.#pieces = [...rest, ...made]
  }
}
