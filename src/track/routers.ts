import type { Resumable } from '../base/snapshot.ts'
import type { AttemptJournal } from './journal.ts'
import { MethodCode } from './method.ts'

const mostLinks = 65536

export type RoutersState = ReadonlyMap<number, { readonly sender: number; readonly forwards: boolean }>

type IsOurs = (a0: number, a1: number, a2: number, a3: number) => boolean

/**
 * Routers: link-layer addresses that send packets of several IP addresses, by ARP as well, or pass on what another sensor saw. What a router asks by ARP or neighbour
 * discovery echoes what others sent through it, so it is never the router's own scanning.
 */
export class Routers implements Resumable<RoutersState> {
  readonly #links = new Map<number, { readonly sender: number; forwards: boolean }>()

  snapshot(): RoutersState {
    return this.#links
  }

  resume(state: RoutersState): void {
    this.#links.clear()
    for (const [link, { sender, forwards }] of state) this.#links.set(link, { sender, forwards })
  }

  /**
   * Reads the contacts of a journal; may be called for each epoch.
   * @param isOurs whether an address is in our networks; absent where they are not known
   */
  learn(journal: AttemptJournal, isOurs?: IsOurs): void {
    for (let i = 0; i < journal.length; i++) {
      const link = journal.link[i] as number
      const relay = journal.relay[i] as number
      if (relay !== 0) this.#noteRouter(relay)
      if (link === 0) continue
      const method = journal.method[i] as number
      const sender = senderOf(journal, i)
      if (sender !== 0) this.#note(link, sender)
      else if (method !== MethodCode.ndp && isOurs !== undefined && isForeign(journal, i, isOurs))
        this.#noteRouter(link)
    }
  }

  /** Whether contact `i` was sent by a router. */
  sent(journal: AttemptJournal, i: number): boolean {
    return this.#links.get(journal.link[i] as number)?.forwards === true
  }

  /** A host has several IPv6 addresses, but none of a network that is not ours. */
  #noteRouter(link: number): void {
    const known = this.#links.get(link)
    if (known !== undefined) known.forwards = true
    else if (this.#links.size < mostLinks) this.#links.set(link, { sender: 0, forwards: true })
  }

  #note(link: number, sender: number): void {
    const known = this.#links.get(link)
    if (known === undefined) {
      if (this.#links.size < mostLinks) this.#links.set(link, { sender, forwards: false })
    } else if (known.sender !== sender && known.sender !== 0) known.forwards = true
  }
}

function isForeign({ address }: AttemptJournal, i: number, isOurs: IsOurs): boolean {
  const p = 8 * i
  const [a0, a1, a2, a3] = [address[p], address[p + 1], address[p + 2], address[p + 3]] as [
    number,
    number,
    number,
    number,
  ]
  // Global unicast (RFC 4291): 2000::/3.
  return a0 >>> 29 === 1 && !isOurs(a0, a1, a2, a3)
}

/** The sender as one number: an IPv4 address; for IPv6 nothing (0), since a host has several. */
function senderOf(journal: AttemptJournal, i: number): number {
  const p = 8 * i
  return journal.address[p] === 0 && journal.address[p + 2] === 0xffff ? (journal.address[p + 3] as number) : 0
}
