import type { Prefix } from '../../base/prefix.ts'
import type { IntelMeaning, KnownActor } from '../intel.ts'
import { type EntryAbout, keptText, type ListHeader, meanings } from './entry.ts'
import { Column } from './growing.ts'
import { mostEntries, PrefixIndex } from './prefix-index.ts'
import { isOtherIndicator, networksOf } from './written-network.ts'

/** Different names that a list may hold; entries with others lose theirs. */
const mostNames = 1 << 16
const mostExamples = 3

/** An entry as it was read. Times are milliseconds, 0 where not told; confidence likewise. */
export interface KeptEntry {
  readonly name: string | null
  readonly actor: KnownActor | null
  readonly means: IntelMeaning | null
  readonly confidence: number
  readonly firstSeen: number
  readonly lastSeen: number
  readonly validUntil: number
}

/**
 * Takes the entries of one list as a format reads them, in columns: an address of which nothing else is told costs 8 bytes, one
 * with name, times and confidence about 40.
 */
export class ListBuilder {
  readonly index = new PrefixIndex()
  /** Networks that were taken. */
  entries = 0
  /** Lines or objects that should have been entries and are none. */
  malformed = 0
  /** Entries about other things than addresses: hashes, domains, what was revoked. */
  passedOver = 0
  /** Entries beyond those that are kept. */
  cut = 0
  header: ListHeader = {}
  /** Confidences are told as so many of this: 1 or 100. */
  scale = 1
  /** The first malformed ones, with their place and what is wrong. */
  readonly examples: string[] = []

  readonly #most: number
  readonly #names = new Numbered<string>()
  readonly #actors = new Numbered<KnownActor>()
  readonly #name = new Column((length) => new Uint32Array(length))
  readonly #actor = new Column((length) => new Uint32Array(length))
  readonly #means = new Column((length) => new Uint8Array(length))
  readonly #confidence = new Column((length) => new Float32Array(length))
  readonly #first = new Column((length) => new Uint32Array(length))
  readonly #last = new Column((length) => new Uint32Array(length))
  readonly #until = new Column((length) => new Uint32Array(length))

  constructor(most = mostEntries) {
    this.#most = Math.min(most, mostEntries)
  }

  /**
   * Takes an entry, or counts it as malformed.
   * @param written the address, network or range @param place where it stands: `line 12`
   */
  add(written: string, place: string, about: EntryAbout = {}): void {
    const networks = networksOf(written)
    if (networks === undefined && isOtherIndicator(written)) this.passedOver++
    else if (networks === undefined) this.damage(place, `${JSON.stringify(written.slice(0, 60))} is no address`)
    else if (networks === 'too-wide') {
      this.damage(place, `${JSON.stringify(written.slice(0, 60))} names an eighth of the Internet or more`)
    } else for (const network of networks) this.#keep(network, about)
  }

  damage(place: string, why: string): void {
    this.malformed++
    if (this.examples.length < mostExamples) this.examples.push(`${place}: ${why}`)
  }

  entry(number: number): KeptEntry {
    return {
      name: this.#names.get(this.#name.get(number)),
      actor: this.#actors.get(this.#actor.get(number)),
      means: meanings[this.#means.get(number) - 1] ?? null,
      confidence: this.#confidence.get(number) / this.scale,
      firstSeen: this.#first.get(number) * 1000,
      lastSeen: this.#last.get(number) * 1000,
      validUntil: this.#until.get(number) * 1000,
    }
  }

  #keep(network: Prefix, about: EntryAbout): void {
    if (this.entries >= this.#most) {
      this.cut++
      return
    }
    const entry = this.entries++
    this.index.add(network, entry)
    const name = keptText(about.name)
    if (name !== undefined) this.#name.set(entry, this.#names.of(name, name))
    if (about.actor) this.#actor.set(entry, this.#actors.of(`${about.actor.id} ${about.actor.name}`, about.actor))
    if (about.means) this.#means.set(entry, meanings.indexOf(about.means) + 1)
    this.#confidence.set(entry, about.confidence ?? 0)
    this.#first.set(entry, seconds(about.firstSeen))
    this.#last.set(entry, seconds(about.lastSeen))
    this.#until.set(entry, seconds(about.validUntil))
  }
}

/** Times before 1970 and beyond 2106 are held at these ends; 0 is none. */
function seconds(time: number | undefined): number {
  if (time === undefined || !Number.isFinite(time) || time === 0) return 0
  return Math.max(1, Math.min(0xffffffff, Math.floor(time / 1000)))
}

/** Things by number from 1; 0 where there is no more room. */
class Numbered<Thing> {
  readonly #numbers = new Map<string, number>()
  readonly #things: Thing[] = []

  of(key: string, thing: Thing): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    if (this.#things.length >= mostNames) return 0
    this.#numbers.set(key, this.#things.push(thing))
    return this.#things.length
  }

  get(number: number): Thing | null {
    return this.#things[number - 1] ?? null
  }
}
