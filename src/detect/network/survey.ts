import { Hash } from '../../base/hash.ts'
import { contains, type Prefix } from '../../base/prefix.ts'
import { bitCount } from '../../sketch/bit-count.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'

/** A network is ours when at least this many of its addresses are contacted from public space … */
const leastContacted = 16
/** … and at least this many times as many as initiate. */
const contactedPerInitiator = 4
/** A single host is ours when this many unrelated /16s contact it and it gets a tenth of all contacts. */
const leastNetworksToHost = 16

/**
 * Counts who contacts whom per /24 (IPv6: /64) and per host, each as a 256-bit set by address or by hash, in tables of
 * fixed size: networks and hosts that find no room are not ours to find.
 */
export class Survey {
  readonly #nets = new SetTable(15)
  readonly #initiators = new SetTable(15)
  /** Who contacts a network, by hash; `words` hold the first of them. */
  readonly #askers = new SetTable(15)
  readonly #hosts = new SetTable(15)
  readonly #private = new Set<Prefix>()
  readonly #privateSpace: readonly Prefix[]
  readonly #hash = new Hash(31)
  #contacts = 0

  constructor(journal: AttemptJournal, privateSpace: readonly Prefix[]) {
    this.#privateSpace = privateSpace
    for (let i = 0; i < journal.length; i++) this.#read(journal, i)
  }

  /** The prefixes that look like ours. */
  ours(): Prefix[] {
    const blocks = this.#contactedBlocks()
    const hosts = this.#exposedHosts().filter((host) => !blocks.some((block) => contains(block, ...host.address)))
    return [...this.#private, ...blocks, ...hosts]
  }

  #read(journal: AttemptJournal, i: number): void {
    const a = journal.address
    const p = 8 * i
    const method = journal.method[i] as number
    // Private space is ours where it sends, or where the public Internet reaches it; not where one of ours merely tries it.
    const srcPrivate = this.#isPrivate(a, p, true)
    const dstPrivate = this.#isPrivate(a, p + 4, !srcPrivate)
    if (method >= MethodCode.response) return
    this.#contacts++
    if (srcPrivate) return
    this.#initiators.add(this.#netKey(a, p), this.#member(a, p), a, p)
    if (dstPrivate) return
    const target = this.#netKey(a, p + 4)
    this.#nets.add(target, this.#member(a, p + 4), a, p + 4)
    const source = this.#hash.of4(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
    this.#askers.add(target, source & 255, a, p)
    const host = this.#hash.of4(a[p + 4] as number, a[p + 5] as number, a[p + 6] as number, a[p + 7] as number)
    const network = a[p + 2] === 0xffff ? (a[p + 3] as number) >>> 16 : (a[p] as number)
    this.#hosts.add(host, this.#hash.of2(network, 1) & 255, a, p + 4)
  }

  #isPrivate(a: Uint32Array, p: number, note: boolean): boolean {
    // Most addresses are public IPv4; private space begins with 10, 169, 172 or 192.
    if (isV4(a, p) && !maybePrivate[(a[p + 3] as number) >>> 24]) return false
    for (const prefix of this.#privateSpace) {
      if (contains(prefix, a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)) {
        // Link-local space is nobody's network.
        if (note && prefix.address[0] !== 0xfe800000) this.#private.add(prefix)
        return true
      }
    }
    return false
  }

  #netKey(a: Uint32Array, p: number): number {
    return isV4(a, p)
      ? this.#hash.of2((a[p + 3] as number) >>> 8, 4)
      : this.#hash.of4(a[p] as number, a[p + 1] as number, 0, 6)
  }

  #member(a: Uint32Array, p: number): number {
    return isV4(a, p) ? (a[p + 3] as number) & 255 : this.#hash.of2(a[p + 2] as number, a[p + 3] as number) & 255
  }

  #contactedBlocks(): Prefix[] {
    const blocks: Prefix[] = []
    for (const net of this.#nets.entries()) {
      if (net.members < leastContacted) continue
      if (net.members < contactedPerInitiator * this.#initiators.members(net.key)) continue
      if (this.#isTargetOfOurs(net.key)) continue
      const [a0, a1, a2, a3] = net.words
      blocks.push(
        a0 === 0 && a2 === 0xffff
          ? { address: [0, 0, 0xffff, (a3 & 0xffffff00) >>> 0], bits: 120 }
          : { address: [a0, a1, 0, 0], bits: 64 },
      )
    }
    return mergeNeighbours(blocks)
  }

  /** A network that only one source contacts, which others contact in turn: that source is ours, and scans outward. */
  #isTargetOfOurs(key: number): boolean {
    if (this.#askers.members(key) !== 1) return false
    const asker = this.#askers.words(key)
    const host = this.#hash.of4(asker[0], asker[1], asker[2], asker[3])
    return this.#hosts.members(host) >= 3
  }

  #exposedHosts(): Prefix[] {
    return [...this.#hosts.entries()]
      .filter((host) => host.members >= leastNetworksToHost && host.added >= this.#contacts / 10)
      .map((host) => ({ address: host.words, bits: 128 }))
  }
}

/** First octets under which private IPv4 space lies. */
const maybePrivate: readonly boolean[] = Array.from({ length: 256 }, (_, octet) => [10, 169, 172, 192].includes(octet))

function isV4(a: Uint32Array, p: number): boolean {
  return a[p] === 0 && a[p + 2] === 0xffff
}

interface Entry {
  readonly key: number
  readonly words: readonly [number, number, number, number]
  readonly members: number
  readonly added: number
}

/** 256-bit sets by 32-bit key, open addressing over at most eight slots. */
class SetTable {
  readonly #mask: number
  readonly #keys: Uint32Array
  readonly #words: Uint32Array
  readonly #sets: Uint32Array
  readonly #added: Uint32Array

  constructor(log2: number) {
    this.#mask = 2 ** log2 - 1
    this.#keys = new Uint32Array(2 ** log2)
    this.#words = new Uint32Array(2 ** log2 * 4)
    this.#sets = new Uint32Array(2 ** log2 * 8)
    this.#added = new Uint32Array(2 ** log2)
  }

  add(key: number, member: number, a: Uint32Array, p: number): void {
    const slot = this.#slot(key)
    if (slot < 0) return
    if (this.#added[slot] === 0) {
      this.#keys[slot] = key
      for (let w = 0; w < 4; w++) this.#words[4 * slot + w] = a[p + w] as number
    }
    this.#added[slot] = (this.#added[slot] as number) + 1
    const word = 8 * slot + (member >>> 5)
    this.#sets[word] = (this.#sets[word] as number) | (1 << (member & 31))
  }

  members(key: number): number {
    const slot = this.#slot(key)
    return slot < 0 || this.#added[slot] === 0 ? 0 : this.#count(slot)
  }

  /** The address that a key was first added with. */
  words(key: number): readonly [number, number, number, number] {
    const at = 4 * Math.max(0, this.#slot(key))
    const w = this.#words
    return [w[at] as number, w[at + 1] as number, w[at + 2] as number, w[at + 3] as number]
  }

  *entries(): Iterable<Entry> {
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#added[slot] === 0) continue
      const w = this.#words.subarray(4 * slot, 4 * slot + 4)
      const words = [w[0] as number, w[1] as number, w[2] as number, w[3] as number] as const
      yield { key: this.#keys[slot] as number, words, members: this.#count(slot), added: this.#added[slot] as number }
    }
  }

  #slot(key: number): number {
    for (let probe = 0; probe < 8; probe++) {
      const slot = (key + probe) & this.#mask
      if (this.#added[slot] === 0 || this.#keys[slot] === key) return slot
    }
    return -1
  }

  #count(slot: number): number {
    let count = 0
    for (let w = 8 * slot; w < 8 * slot + 8; w++) count += bitCount(this.#sets[w] as number)
    return count
  }
}

/** Joins neighbouring IPv4 blocks: two halves become the whole. */
function mergeNeighbours(blocks: Prefix[]): Prefix[] {
  let current = blocks
  for (let bits = 128; bits > 96 + 8; bits--) {
    const parents = new Map<number, Prefix[]>()
    for (const block of current) {
      if (block.bits !== bits || block.address[2] !== 0xffff) continue
      const parent = (block.address[3] & (-1 << (128 - bits + 1))) >>> 0
      parents.set(parent, [...(parents.get(parent) ?? []), block])
    }
    for (const [parent, list] of parents) {
      if (list.length < 2) continue
      current = current.filter((block) => !list.includes(block))
      current.push({ address: [0, 0, 0xffff, parent], bits: bits - 1 })
    }
  }
  return current.sort((x, y) => x.address[3] - y.address[3])
}
