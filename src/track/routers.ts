import type { Resumable } from '../base/snapshot.ts'
import type { AttemptJournal } from './journal.ts'
import { MethodCode } from './method.ts'

const mostLinks = 65536

export type RoutersState = ReadonlyMap<number, { readonly sender: number; readonly forwards: boolean }>

/**
 * Link-layer addresses that send packets of several IP addresses: routers. What a router asks by ARP or neighbour
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

  /** Reads the contacts of a journal; may be called for each epoch. */
  learn(journal: AttemptJournal): void {
    for (let i = 0; i < journal.length; i++) {
      const link = journal.link[i] as number
      const method = journal.method[i] as number
      if (link !== 0 && method !== MethodCode.arp && method !== MethodCode.ndp) this.#note(link, senderOf(journal, i))
    }
  }

  /** Whether contact `i` was sent by a router. */
  sent(journal: AttemptJournal, i: number): boolean {
    return this.#links.get(journal.link[i] as number)?.forwards === true
  }

  #note(link: number, sender: number): void {
    if (sender === 0) return
    const known = this.#links.get(link)
    if (known === undefined) {
      if (this.#links.size < mostLinks) this.#links.set(link, { sender, forwards: false })
    } else if (known.sender !== sender) known.forwards = true
  }
}

/** The sender as one number: an IPv4 address; for IPv6 nothing (0), since a host has several. */
function senderOf(journal: AttemptJournal, i: number): number {
  const p = 8 * i
  return journal.address[p] === 0 && journal.address[p + 2] === 0xffff ? (journal.address[p + 3] as number) : 0
}
