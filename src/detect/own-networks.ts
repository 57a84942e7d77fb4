import { contains, formatPrefix, type Prefix, parsePrefix } from '../base/prefix.ts'
import type { AttemptJournal } from '../track/journal.ts'
import { MethodCode } from '../track/method.ts'

/** Address space that is never routed on the Internet, hence ours where it is seen (RFC 1918, 4193, 3927, 4291). */
const privateSpace = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'].map(
  (text) => parsePrefix(text) as Prefix,
)

export type OwnSource = 'option' | 'config' | 'inferred' | 'unknown'

/** Our address space, and how we know it. */
export class OwnNetworks {
  readonly prefixes: readonly Prefix[]
  readonly from: OwnSource

  constructor(prefixes: readonly Prefix[], from: OwnSource) {
    this.prefixes = prefixes
    this.from = from
  }

  has(a0: number, a1: number, a2: number, a3: number): boolean {
    for (const prefix of this.prefixes) if (contains(prefix, a0, a1, a2, a3)) return true
    return false
  }

  /** The configured or inferred block that holds the address. */
  blockOf(a0: number, a1: number, a2: number, a3: number): Prefix | undefined {
    return this.prefixes.find((prefix) => contains(prefix, a0, a1, a2, a3))
  }

  get blocks(): readonly string[] {
    return this.prefixes.map(formatPrefix)
  }
}

/**
 * Infers our networks from who contacts whom: private space where it occurs; else /24s (/64s) of which at least
 * 16 addresses are contacted from public space and at least four times as many as initiate; else single hosts that
 * many unrelated networks contact.
 */
export function inferOwnNetworks(journal: AttemptJournal): OwnNetworks {
  const seen = new Survey(journal)
  const found = [...seen.privateBlocks(), ...seen.contactedBlocks(), ...seen.exposedHosts()]
  return new OwnNetworks(found, found.length > 0 ? 'inferred' : 'unknown')
}

interface Net {
  readonly words: readonly [number, number]
  readonly v4: boolean
  readonly contacted: Set<number>
  readonly initiators: Set<number>
}

/** Counts per /24 and /64, over at most the first `most` contacts and `nets` networks. */
class Survey {
  readonly #nets = new Map<string, Net>()
  readonly #private = new Set<Prefix>()
  readonly #hosts = new Map<string, { address: readonly number[]; from: Set<number>; contacts: number }>()
  #contacts = 0

  constructor(journal: AttemptJournal) {
    const most = Math.min(journal.length, 400_000)
    for (let i = 0; i < most; i++) this.#read(journal, i)
  }

  #read(journal: AttemptJournal, i: number): void {
    const a = journal.address
    const p = 8 * i
    const backwards = journal.method[i] === MethodCode.response
    const from = backwards ? p + 4 : p
    const to = backwards ? p : p + 4
    const srcPrivate = this.#isPrivate(a, from)
    const dstPrivate = this.#isPrivate(a, to)
    if (backwards || journal.method[i] === MethodCode.midstream) return
    this.#contacts++
    if (!srcPrivate) this.#net(a, from)?.initiators.add(a[from + 3] as number)
    if (dstPrivate || srcPrivate) return
    this.#net(a, to)?.contacted.add(a[to + 3] as number)
    this.#host(a, from, to)
  }

  #isPrivate(a: Uint32Array, at: number): boolean {
    for (const prefix of privateSpace) {
      if (contains(prefix, a[at] as number, a[at + 1] as number, a[at + 2] as number, a[at + 3] as number)) {
        this.#private.add(prefix)
        return true
      }
    }
    return false
  }

  #net(a: Uint32Array, at: number): Net | undefined {
    const v4 = a[at] === 0 && a[at + 2] === 0xffff
    const words = v4
      ? ([0xffff, (a[at + 3] as number) >>> 8] as const)
      : ([a[at] as number, a[at + 1] as number] as const)
    const key = `${v4 ? 4 : 6}:${words[0]}:${words[1]}`
    let net = this.#nets.get(key)
    if (net === undefined && this.#nets.size < 65536) {
      net = { words, v4, contacted: new Set(), initiators: new Set() }
      this.#nets.set(key, net)
    }
    return net
  }

  #host(a: Uint32Array, from: number, to: number): void {
    const key = `${a[to]}:${a[to + 1]}:${a[to + 2]}:${a[to + 3]}`
    let host = this.#hosts.get(key)
    if (host === undefined) {
      if (this.#hosts.size >= 65536) return
      host = {
        address: [a[to] as number, a[to + 1] as number, a[to + 2] as number, a[to + 3] as number],
        from: new Set(),
        contacts: 0,
      }
      this.#hosts.set(key, host)
    }
    host.contacts++
    if (host.from.size < 256)
      host.from.add(a[from + 2] === 0xffff ? (a[from + 3] as number) >>> 16 : (a[from] as number))
  }

  privateBlocks(): Prefix[] {
    return [...this.#private].filter((prefix) => prefix.bits !== 10 || prefix.address[0] !== 0xfe800000)
  }

  contactedBlocks(): Prefix[] {
    const blocks: Prefix[] = []
    for (const net of this.#nets.values()) {
      if (net.contacted.size < 16 || net.contacted.size < 4 * net.initiators.size) continue
      blocks.push(
        net.v4
          ? { address: [0, 0, 0xffff, (net.words[1] << 8) >>> 0], bits: 120 }
          : { address: [net.words[0], net.words[1], 0, 0], bits: 64 },
      )
    }
    return merge(blocks)
  }

  /** Hosts that at least 16 unrelated /16s (IPv6: /32s) contact, and that get a tenth of all contacts. */
  exposedHosts(): Prefix[] {
    const blocks = this.contactedBlocks()
    const hosts: Prefix[] = []
    for (const host of this.#hosts.values()) {
      const [a0, a1, a2, a3] = host.address as [number, number, number, number]
      if (host.from.size < 16 || host.contacts < this.#contacts / 10) continue
      if (!blocks.some((block) => contains(block, a0, a1, a2, a3))) hosts.push({ address: [a0, a1, a2, a3], bits: 128 })
    }
    return hosts
  }
}

/** Joins neighbouring blocks: two halves become the whole; a parent is also taken when three of its four quarters are there. */
function merge(blocks: Prefix[]): Prefix[] {
  let current = blocks
  for (let bits = 128; bits > 96 + 8; bits--) {
    const parents = new Map<string, Prefix[]>()
    for (const block of current) {
      if (block.bits !== bits || block.address[2] !== 0xffff) continue
      const parent = (block.address[3] & (-1 << (128 - bits + 1))) >>> 0
      const list = parents.get(String(parent)) ?? []
      list.push(block)
      parents.set(String(parent), list)
    }
    for (const [parent, list] of parents) {
      if (list.length < 2) continue
      current = current.filter((block) => !list.includes(block))
      current.push({ address: [0, 0, 0xffff, Number(parent)], bits: bits - 1 })
    }
  }
  return current
}
