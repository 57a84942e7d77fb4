import type { OwnNetworks } from '../network/own-networks.ts'

/** Whether an address is one of a machine: not absent, the machine itself, or a group. */
export function isMachine(a0: number, a1: number, a2: number, a3: number): boolean {
  if (a0 === 0 && a1 === 0 && a2 === 0xffff) {
    const first = a3 >>> 24
    return first !== 0 && first !== 127 && first < 224
  }
  if (a0 === 0 && a1 === 0 && a2 === 0) return a3 > 1
  return a0 >>> 24 !== 0xff
}

/** Whether an address is inside: one of our networks, or in space that is never routed on the Internet. */
export function isInside(own: OwnNetworks | undefined, a0: number, a1: number, a2: number, a3: number): boolean {
  if (a0 === 0 && a1 === 0 && a2 === 0xffff) {
    if (a3 >>> 24 === 10 || a3 >>> 16 === 0xc0a8 || a3 >>> 20 === 0xac1 || a3 >>> 16 === 0xa9fe) return true
  } else if (a0 >>> 25 === 0x7e || a0 >>> 22 === 0x3fa) return true
  return own?.has(a0, a1, a2, a3) ?? false
}
