import { listed, several } from '../../base/quantity.ts'
import type { Case } from '../../case/case.ts'
import { networkOf } from '../../case/fingerprint.ts'
import { machine } from '../../case/fold.ts'
import type { WatchedHost } from '../../case/watch-list.ts'
import type { WatchHosts } from '../../store/watch-hosts.ts'
import type { CaseBook } from './case-book.ts'

/** Silent for a day; the memory of when a host was seen is an hour coarse. Milliseconds. */
const silence = 25 * 3600e3
/** Others of its network were seen so lately: the sensor goes on. */
const lately = 6 * 3600e3
/** An input that covers less says nothing of a day. */
const shortest = 20 * 3600e3
const each = 3600e3
const mostHosts = 4096

/** Says once in the history of a case that watched hosts fell silent though others of their network are still seen. */
export class SilentHosts {
  readonly #hosts: WatchHosts
  readonly #book: CaseBook
  #from = Number.POSITIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(hosts: WatchHosts, book: CaseBook) {
    this.#hosts = hosts
    this.#book = book
  }

  /** @param to the newest event, milliseconds */
  look(acting: { readonly hosts: ReadonlyMap<string, number>; readonly from: number }, at: string, to: number): Case[] {
    this.#from = Math.min(this.#from, acting.from)
    if (to < this.#askedAt + each || to - this.#from < shortest) return []
    this.#askedAt = to
    const heard = [...acting.hosts].filter(([, when]) => when >= to - lately).map(([host]) => networkOf(host))
    const networks = new Set(heard)
    const silent = this.#hosts
      .silent(to - silence, to, mostHosts)
      .filter(({ host }) => networks.has(networkOf(host)) && (acting.hosts.get(host) ?? 0) < to - silence)
    return [...Map.groupBy(silent, ({ caseId }) => caseId)].flatMap(([id, hosts]) => this.#note(id, hosts, at, to))
  }

  #note(id: string, hosts: readonly WatchedHost[], at: string, to: number): Case[] {
    const names = hosts.map(
      ({ host, seen }) => `${host} (last seen ${new Date(seen ?? 0).toISOString().slice(0, 16)}Z)`,
    )
    const text =
      `An anomaly: ${several(hosts.length, 'watched host')} fell silent: ${listed(names, 8)}. ` +
      'Others of the same network are still seen. Switched off, taken off the network, or past our sensors?'
    const entry = { at, author: machine, reason: 'nothing of it for a day', body: { kind: 'noted' as const, text } }
    return this.#book.write([
      { id, entries: [entry], watch: { silent: { hosts: hosts.map(({ host }) => host), at: to } } },
    ])
  }
}
