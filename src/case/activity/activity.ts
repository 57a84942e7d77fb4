import { formatAddress, parseAddress } from '../../base/address.ts'
import { isoTime } from '../../base/time.ts'
import type { OwnNetworks } from '../../detect/network/own-networks.ts'
import { attacks } from '../../event/attack-words.ts'
import { Outcome, Subject, subjectNames } from '../../event/batch.ts'
import type { Pointer } from '../../event/pointer.ts'
import { protocolName } from '../../event/protocol.ts'
import type { ContentArena } from '../../track/content-arena.ts'
import { type AttemptJournal, State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import { AddressIndex } from './address-index.ts'
import type { NotableWords } from './notable-texts.ts'
import type { Notables } from './notables.ts'

/** What two ends did with each other on one port: all connections of the same kind together. */
export interface Contact {
  /** Microseconds. */
  readonly at: number
  readonly last: number
  readonly src: string
  readonly dst: string
  readonly port: number
  readonly protocol: string
  readonly established: boolean
  /** The handshake was completed by the source. */
  readonly completed: boolean
  readonly refused: boolean
  readonly data: boolean
  readonly replyData: boolean
  /** Further connections beside the first. */
  readonly repeats: number
  readonly bytesOut: number
  readonly bytesIn: number
  /** The first payload each way, at most 512 bytes; undefined where none was captured, or it was pushed out. */
  readonly sent: Uint8Array | undefined
  readonly told: Uint8Array | undefined
  /** The record that carried `sent`, where it is known. */
  readonly sentBy: Pointer | undefined
  readonly pointer: Pointer
  /** The first record after the first connection, where it was repeated: what came after a probe. */
  readonly again: Pointer | undefined
}

/** A contact as the memory of days reads it. */
export interface BriefContact {
  /** 2026-11-22 */
  readonly day: string
  readonly src: string
  readonly dst: string
  readonly port: number
  readonly srcOwn: boolean
  readonly dstOwn: boolean
  readonly bytesOut: number
  readonly cameToSomething: boolean
}

/** A kind of event between two ends that a log told beside contacts. */
export interface Notable {
  readonly kind: string
  readonly at: number
  readonly last: number
  readonly count: number
  readonly src: string | null
  readonly dst: string | null
  readonly port: number
  readonly protocol: string
  /** Logins: whether they succeeded. */
  readonly succeeded: boolean | null
  readonly severity: number
  /** `attack-words.ts`, where a request holds such words. */
  readonly attack: (typeof attacks)[number] | undefined
  /** The device that wrote it. */
  readonly device: string
  readonly texts: NotableWords
  readonly pointer: Pointer
}

export interface ActivitySources {
  readonly journals: readonly AttemptJournal[]
  readonly notables: Notables
  readonly content: Pick<ContentArena, 'read' | 'placeOf'>
  readonly own: OwnNetworks | undefined
  readonly inputs: readonly string[]
  /** Names of devices by id. */
  readonly devices: (id: number) => string
  /** Contacts and records that were not kept for want of room. */
  readonly forgotten: number
}

const mostContacts = 4096
/** Addresses whose contacts are kept once they were asked for. */
const mostAsked = 1024

/**
 * What was seen, to be asked after detection: by address, in the order of time. Contacts come from the tracker's journals, the
 * rest from what was kept aside. Nothing here is on the hot path; indexes are made when the first question comes.
 */
export class Activity {
  readonly #sources: ActivitySources
  #contacts: AddressIndex | undefined
  readonly #asked = new Map<string, readonly Contact[]>()
  #notables: AddressIndex | undefined

  constructor(sources: ActivitySources) {
    this.#sources = sources
  }

  get forgotten(): number {
    return this.#sources.forgotten
  }

  /** Whether it is known which networks are ours. */
  get ownKnown(): boolean {
    return this.#sources.own !== undefined && this.#sources.own.from !== 'unknown'
  }

  isOwn(address: string): boolean {
    const words = parseAddress(address)
    return words !== undefined && (this.#sources.own?.has(...words) ?? false)
  }

  /** How many records of a kind were read: which logs there are at all. */
  seen(kind: (typeof subjectNames)[number]): number {
    return this.#sources.notables.seen[Subject[kind]]!
  }

  /**
   * Contacts of an address that came to something (an answer, data) and satisfy `wanted`, oldest first; of more than 4096 the first.
   * @param side `src`: it began them, `dst`: it was asked
   */
  contacts(address: string, side: 'src' | 'dst', wanted: (contact: Contact) => boolean = () => true): Contact[] {
    const key = `${side} ${address}`
    const known = this.#asked.get(key) ?? this.#contactsOf(address, side)
    if (this.#asked.size < mostAsked) this.#asked.set(key, known)
    return known.filter(wanted).slice(0, mostContacts)
  }

  #contactsOf(address: string, side: 'src' | 'dst'): readonly Contact[] {
    const words = parseAddress(address)
    if (words === undefined) return []
    this.#contacts ??= new AddressIndex(this.#sources.journals.map(({ address, length }) => ({ address, length })))
    const found: Contact[] = []
    for (const [table, row] of this.#contacts.find(words, side)) {
      const journal = this.#sources.journals[table]!
      if (!journal.has(row, State.established | State.data | State.replyData)) continue
      if (journal.method[row]! >= MethodCode.response && !journal.has(row, State.data)) continue
      found.push(this.#contact(journal, row))
    }
    return found.sort((x, y) => x.at - y.at)
  }

  /** What logs told of an address beside contacts, oldest first. */
  notables(address: string, side: 'src' | 'dst'): Notable[] {
    const words = parseAddress(address)
    if (words === undefined) return []
    const { notables } = this.#sources
    this.#notables ??= new AddressIndex([{ address: notables.address, length: notables.capacity }])
    const found: Notable[] = []
    for (const [, entry] of this.#notables.find(words, side)) {
      if (notables.count[entry]! > 0) found.push(this.#notable(entry))
    }
    return found.sort((x, y) => x.at - y.at)
  }

  /** Notable events in a time span that name none of our ends (logins without an address, by device). Microseconds. */
  *unaddressed(from: number, to: number): Generator<Notable> {
    const { notables } = this.#sources
    for (let entry = 0; entry < notables.capacity; entry++) {
      if (notables.count[entry] === 0 || notables.address[8 * entry + 7] !== 0 || notables.address[8 * entry + 6] !== 0)
        continue
      if (notables.last[entry]! >= from && notables.first[entry]! <= to) yield this.#notable(entry)
    }
  }

  /** Whether any record names an address. */
  knows(address: string): boolean {
    const words = parseAddress(address)
    if (words === undefined) return false
    this.#contacts ??= new AddressIndex(this.#sources.journals.map(({ address, length }) => ({ address, length })))
    return [this.#contacts.find(words, 'src'), this.#contacts.find(words, 'dst')].some((found) => !found.next().done)
  }

  /**
   * Hosts of ours that did something, by when last (milliseconds): began a contact, or answered one; and the oldest record there is. At most `most` hosts,
   * in the order of the journals.
   */
  acting(most: number): { readonly hosts: ReadonlyMap<string, number>; readonly from: number } {
    const { own, journals } = this.#sources
    const hosts = new Map<string, number>()
    let from = Number.POSITIVE_INFINITY
    for (const journal of journals) {
      const { address: a, length } = journal
      for (let row = 0; row < length; row++) {
        if (journal.method[row]! >= MethodCode.response) continue
        const at = Math.max(journal.time[row]!, journal.lastAt[row]!) / 1000
        from = Math.min(from, journal.time[row]! / 1000)
        for (const p of [8 * row, 8 * row + 4]) {
          if (p !== 8 * row && !journal.has(row, State.established | State.replyData)) continue
          if (!own?.has(a[p]!, a[p + 1]!, a[p + 2]!, a[p + 3]!)) continue
          const host = textOf(a, p)
          const known = hosts.get(host)
          if (known === undefined ? hosts.size < most : at > known) hosts.set(host, at)
        }
      }
    }
    return { hosts, from }
  }

  /** Every contact that is kept, briefly. */
  *everyContact(): Generator<BriefContact> {
    const { own } = this.#sources
    for (const journal of this.#sources.journals) {
      const { address: a } = journal
      for (let row = 0; row < journal.length; row++) {
        if (journal.method[row]! >= MethodCode.response) continue
        const p = 8 * row
        yield {
          day: isoTime(journal.time[row]!).slice(0, 10),
          src: textOf(a, p),
          dst: textOf(a, p + 4),
          port: journal.dstPort[row]!,
          srcOwn: own?.has(a[p]!, a[p + 1]!, a[p + 2]!, a[p + 3]!) ?? false,
          dstOwn: own?.has(a[p + 4]!, a[p + 5]!, a[p + 6]!, a[p + 7]!) ?? false,
          bytesOut: journal.bytesOut[row]!,
          cameToSomething: journal.has(row, State.established),
        }
      }
    }
  }

  #contact(journal: AttemptJournal, row: number): Contact {
    const { content, inputs } = this.#sources
    return {
      at: journal.time[row]!,
      last: Math.max(journal.time[row]!, journal.lastAt[row]!),
      src: textOf(journal.address, 8 * row),
      dst: textOf(journal.address, 8 * row + 4),
      port: journal.dstPort[row]!,
      protocol: protocolName(journal.protocol[row]!),
      established: journal.has(row, State.established),
      completed: journal.has(row, State.completed),
      refused: journal.has(row, State.refused),
      data: journal.has(row, State.data),
      replyData: journal.has(row, State.replyData),
      repeats: journal.repeats[row]!,
      bytesOut: journal.bytesOut[row]!,
      bytesIn: journal.bytesIn[row]!,
      sent: content.read(journal.content[row]!),
      told: content.read(journal.replyContent[row]!),
      sentBy: this.#sentBy(journal.content[row]!),
      pointer: {
        at: isoTime(journal.time[row]!),
        source: inputs[journal.sensor[row]!] ?? '',
        offset: journal.offset[row]!,
        length: journal.recordLength[row]!,
      },
      again: journal.againAt[row]! > 0 ? this.#again(journal, row) : undefined,
    }
  }

  #sentBy(position: number): Pointer | undefined {
    const place = this.#sources.content.placeOf(position)
    if (place === undefined) return undefined
    const { time, sensor, offset, length } = place
    return { at: isoTime(time), source: this.#sources.inputs[sensor] ?? '', offset, length }
  }

  #again(journal: AttemptJournal, row: number): Pointer {
    return {
      at: isoTime(journal.againAt[row]!),
      source: this.#sources.inputs[journal.againSensor[row]!] ?? '',
      offset: journal.againOffset[row]!,
      length: journal.againLength[row]!,
    }
  }

  #notable(entry: number): Notable {
    const { notables, inputs, devices } = this.#sources
    const kind = notables.subject[entry]!
    return {
      kind: subjectNames[kind]!,
      at: notables.first[entry]!,
      last: notables.last[entry]!,
      count: notables.count[entry]!,
      src: endOf(notables.address, 8 * entry),
      dst: endOf(notables.address, 8 * entry + 4),
      port: notables.dstPort[entry]!,
      protocol: protocolName(notables.protocol[entry]!),
      succeeded: kind === Subject.auth ? notables.outcome[entry] === Outcome.established : null,
      severity: notables.severity[entry]!,
      attack: attacks[notables.attack[entry]! - 1],
      device: devices(notables.device[entry]!),
      texts: notables.texts.read(entry),
      pointer: {
        at: isoTime(notables.first[entry]!),
        source: inputs[notables.sensor[entry]!] ?? '',
        offset: notables.offset[entry]!,
        length: notables.length[entry]!,
      },
    }
  }
}

function textOf(words: Uint32Array, at: number): string {
  return formatAddress(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)
}

function endOf(words: Uint32Array, at: number): string | null {
  const isTold = words[at]! !== 0 || words[at + 1]! !== 0 || words[at + 2]! !== 0 || words[at + 3]! !== 0
  return isTold ? textOf(words, at) : null
}
