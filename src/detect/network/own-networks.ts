import { contains, formatPrefix, type Prefix, parsePrefix } from '../../base/prefix.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import { Survey } from './survey.ts'

/** Address space that is never routed on the Internet, hence ours where it is seen (RFC 1918, 4193, 3927, 4291). */
export const privateSpace = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
].map((text) => parsePrefix(text) as Prefix)

export type OwnSource = 'option' | 'config' | 'inferred' | 'unknown'

/** Our address space, and how we know it. */
export class OwnNetworks {
  readonly prefixes: readonly Prefix[]
  readonly from: OwnSource
  /** The IPv4 prefixes as pairs of mask and value, for the quick test. */
  readonly #masks: Uint32Array
  readonly #values: Uint32Array
  readonly #wide: readonly Prefix[]

  constructor(prefixes: readonly Prefix[], from: OwnSource) {
    this.prefixes = prefixes
    this.from = from
    const v4 = prefixes.filter((prefix) => prefix.bits >= 96 && prefix.address[2] === 0xffff && prefix.address[0] === 0)
    this.#wide = prefixes.filter((prefix) => !v4.includes(prefix))
    this.#masks = Uint32Array.from(v4, (prefix) => (prefix.bits === 96 ? 0 : -1 << (128 - prefix.bits)))
    this.#values = Uint32Array.from(v4, (prefix) => prefix.address[3])
  }

  has(a0: number, a1: number, a2: number, a3: number): boolean {
    if (a0 === 0 && a1 === 0 && a2 === 0xffff) {
      for (let i = 0; i < this.#masks.length; i++) {
        if ((a3 & (this.#masks[i] as number)) >>> 0 === this.#values[i]) return true
      }
    }
    // Link-local IPv6 is always on our own link.
    if (a0 >>> 22 === 0x3fa) return true
    for (const prefix of this.#wide) if (contains(prefix, a0, a1, a2, a3)) return true
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
  const found = new Survey(journal, privateSpace).ours()
  return new OwnNetworks(found, found.length > 0 ? 'inferred' : 'unknown')
}
