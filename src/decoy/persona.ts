import type { KeyObject } from 'node:crypto'
import { Draw } from './draw.ts'
import { type Family, hostNames, type Software, softwareOf } from './software.ts'

/** Who an address pretends to be. The same address is the same machine for as long as the seed is kept. */
export interface Persona {
  readonly family: Family
  /** As it calls itself: `mx02`, `SRV-FILES3`. */
  readonly hostName: string
  readonly domain: string
  readonly software: Software
  readonly keys: PersonaKeys
  readonly draw: Draw
}

/** Made once and kept; an address has one of few, as machines made from one image have. */
export interface PersonaKeys {
  readonly ssh: KeyObject
  readonly tls: KeyObject
  /** Milliseconds: when the installation drew its seed. */
  readonly since: number
}

export interface PersonaSource {
  readonly seed: Uint8Array
  readonly keys: readonly PersonaKeys[]
  /** Given where all addresses are to be of one family. */
  readonly family?: Family
  /** What the configuration says instead of what was drawn. */
  readonly banners?: Partial<Software>
}

/** Personas are drawn anew when asked for; few are asked for at a time. */
export function personaOf(address: string, { seed, keys, family, banners = {} }: PersonaSource): Persona {
  const all = new Draw(seed)
  const draw = new Draw(all.bytes(`address ${address}`))
  const drawn = family ?? draw.one('family', ['linux', 'linux', 'windows'] as const)
  return {
    family: drawn,
    hostName: hostNames(drawn, draw),
    domain: all.one('domain', ['corp.local', 'lan', 'intra.local', 'office.lan', 'ad.local', 'internal', 'home.arpa']),
    software: { ...softwareOf(drawn, draw), ...banners },
    keys: draw.one('keys', keys),
    draw,
  }
}
