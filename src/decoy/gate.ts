import { formatAddress, isIpv4, parseAddress } from '../base/address.ts'
import { truncate } from '../base/prefix.ts'

/** Lets in as many sessions as there may be at once. It holds one entry a source that has a session, no more. */
export class Gate {
  readonly #most: number
  readonly #perSource: number
  readonly #sources = new Map<string, number>()
  #open = 0

  constructor(most: number, perSource: number) {
    this.#most = most
    this.#perSource = perSource
  }

  get open(): number {
    return this.#open
  }

  /** @returns what to call when the session is over; undefined where there is no room */
  enter(address: string): (() => void) | undefined {
    const source = sourceOf(address)
    const mine = this.#sources.get(source) ?? 0
    if (this.#open >= this.#most || mine >= this.#perSource) return undefined
    this.#open++
    this.#sources.set(source, mine + 1)
    return () => this.#leave(source)
  }

  #leave(source: string): void {
    this.#open--
    const mine = (this.#sources.get(source) ?? 1) - 1
    if (mine > 0) this.#sources.set(source, mine)
    else this.#sources.delete(source)
  }
}

/** Who has a /64 has all its addresses. */
function sourceOf(text: string): string {
  const address = parseAddress(text)
  if (address === undefined || isIpv4(address)) return text
  return formatAddress(...truncate(address, 64).address)
}
