import { createHmac } from 'node:crypto'
import { type Address, isIpv4, mapped as mappedWord } from '../../../base/address.ts'
import { contains, type Prefix, truncate } from '../../../base/prefix.ts'
import type { Replace } from '../address-text.ts'
import { isWithin, ours } from '../ours.ts'

/** Where pseudonyms of a family lie: the first `head` bits of an address are exchanged for one of `slots` values from `base`. */
interface Space {
  readonly head: number
  readonly base: number
  readonly slots: number
}

/** 240.0.0.0/4 without the octet of the broadcast address, and f000::/5: reserved, and used by nobody (IANA registries). */
const ipv4: Space = { head: 8, base: 240, slots: 15 }
const ipv6: Space = { head: 16, base: 0xf000, slots: 0x800 }

/**
 * The pseudonym of an address or network that is ours, or that has networks of ours in it; undefined of every other. Where all
 * places of a family are taken it is told only that the address is ours.
 * @param networks ours; the first ones keep their places whichever follow
 */
export function addressPseudonyms(networks: readonly Prefix[], key: Uint8Array): Replace {
  const isOurs = isWithin(networks)
  const heads = new Map([...headsOf(networks, true, key), ...headsOf(networks, false, key)])
  const known = new Map<string, Address>()
  const bytesKey = createHmac('sha256', key).update('addresses').digest()

  function pseudonym(address: Address): Address {
    const name = address.join()
    const before = known.get(name)
    if (before) return before
    const made = permuted(address, heads, bytesKey)
    known.set(name, made)
    return made
  }

  return ({ address, bits }) => {
    const network = truncate(address, bits)
    const isNetwork = bits < 128 && network.address.every((word, i) => word === address[i])
    if (!isOurs(address) && !(isNetwork && networks.some((own) => holds(network, own)))) return undefined
    if (!heads.has(headName(address))) return ours
    const made = pseudonym(address)
    return isNetwork ? truncate(made, bits) : { address: made, bits }
  }
}

function holds(outer: Prefix, inner: Prefix): boolean {
  return outer.bits <= inner.bits && contains(outer, ...inner.address)
}

/** Networks at least as long as the exchanged head: shorter ones are cut into those, as far as there are places for them. */
export function headed(network: Prefix): readonly Prefix[] {
  const four = isIpv4(network.address) && network.bits >= 96
  const { head, slots } = four ? ipv4 : ipv6
  const bits = head + (four ? 96 : 0)
  if (network.bits >= bits) return [network]
  const count = Math.min(slots, 2 ** (bits - network.bits))
  const [first, , , last] = network.address
  return Array.from({ length: count }, (_, i) => ({
    address: four ? [0, 0, mappedWord, (last + i * 2 ** 24) >>> 0] : [(first + i * 2 ** 16) >>> 0, 0, 0, 0],
    bits,
  }))
}

function headName(address: Address): string {
  return isIpv4(address) ? `4/${address[3] >>> 24}` : `6/${address[0] >>> 16}`
}

/** A place for each head that occurs: where its digest points, or the next free one, as long as there is one. */
function headsOf(networks: readonly Prefix[], four: boolean, key: Uint8Array): ReadonlyMap<string, number> {
  const { base, slots } = four ? ipv4 : ipv6
  const places = new Map<string, number>()
  const taken = new Set<number>()
  for (const { address } of networks.flatMap(headed)) {
    const name = headName(address)
    if (isIpv4(address) !== four || places.has(name) || taken.size === slots) continue
    let place = createHmac('sha256', key).update(name).digest().readUInt32BE(0) % slots
    while (taken.has(place)) place = (place + 1) % slots
    taken.add(place)
    places.set(name, base + place)
  }
  return places
}

/**
 * Everything behind the head: each bit is turned or not by a keyed bit of those before it, so that what two addresses share they
 * share afterwards. A byte at a time: a digest of the bytes before it has a bit for each of the 255 beginnings of the byte.
 */
function permuted(address: Address, heads: ReadonlyMap<string, number>, key: Uint8Array): Address {
  const bytes = Buffer.alloc(16)
  address.forEach((word, i) => void bytes.writeUInt32BE(word, 4 * i))
  const made = Buffer.from(bytes)
  const head = heads.get(headName(address)) as number
  const four = isIpv4(address)
  if (four) made[12] = head
  else made.writeUInt16BE(head, 0)
  for (let at = four ? 13 : 2; at < 16; at++) {
    const turns = createHmac('sha256', key).update(bytes.subarray(0, at)).digest()
    made[at] = turned(bytes[at] as number, turns)
  }
  return [0, 4, 8, 12].map((at) => made.readUInt32BE(at)) as unknown as Address
}

function turned(byte: number, turns: Uint8Array): number {
  let made = 0
  let place = 1
  for (let bit = 7; bit >= 0; bit--) {
    const old = (byte >>> bit) & 1
    const turn = ((turns[place >>> 3] as number) >>> (place & 7)) & 1
    made = (made << 1) | (old ^ turn)
    place = 2 * place + old
  }
  return made
}
