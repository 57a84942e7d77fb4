/**
 * Where the fields of a PAN-OS log stand in its comma-separated form (Palo Alto Networks, "PAN-OS Administrator's Guide", Syslog
 * Field Descriptions). Versions only ever added fields at the end, so that one table serves all from 6.1 on. The first 31 are
 * those of all traffic and threat logs. CEF and LEEF records are put into the same places.
 */
export const Common = {
  receiveTime: 1,
  serial: 2,
  type: 3,
  subtype: 4,
  generatedTime: 6,
  src: 7,
  dst: 8,
  natSrc: 9,
  natDst: 10,
  rule: 11,
  user: 12,
  application: 14,
  srcPort: 24,
  dstPort: 25,
  protocol: 29,
  action: 30,
} as const

export const Traffic = {
  bytesSent: 32,
  bytesReceived: 33,
  startTime: 35,
  elapsed: 36,
  packetsSent: 44,
  packetsReceived: 45,
  endReason: 46,
  deviceName: 52,
  highResolution: 102,
} as const

export const Threat = {
  /** URL or file name. */
  misc: 31,
  /** `name(id)`. */
  threat: 32,
  category: 33,
  severity: 34,
  direction: 35,
  userAgent: 46,
  deviceName: 59,
  httpMethod: 63,
  threatCategory: 69,
  highResolution: 107,
} as const

const most = 112
const comma = 44
const quote = 34

/** The fields of one log: `from[k]`, `to[k]` say where field k stands, without its quotes. hot: no allocation per event. */
export class Fields {
  readonly from = new Int32Array(most)
  readonly to = new Int32Array(most)
  count = 0
  /** Texts are written with the backslashes of CEF and LEEF. */
  isEscaped = false

  /** Cuts `bytes[at, end)`, of which field `first` begins at `at`, up to field `last`. */
  cut(bytes: Uint8Array, at: number, end: number, first: number, last: number): void {
    const { from, to } = this
    let k = first
    let i = at
    for (; k <= last; k++) {
      from[k] = i
      if (bytes[i] === quote) i = this.#quoted(bytes, i, end, k)
      else {
        while (i < end && bytes[i] !== comma) i++
        to[k] = i
      }
      if (i >= end) {
        k++
        break
      }
      i++
    }
    this.count = k
    this.isEscaped = false
  }

  /** A doubled quote inside a quoted field is one. @returns where the field's comma stands */
  #quoted(bytes: Uint8Array, at: number, end: number, k: number): number {
    let i = at + 1
    this.from[k] = i
    while (i < end) {
      if (bytes[i] === quote) {
        if (bytes[i + 1] !== quote) break
        i++
      }
      i++
    }
    this.to[k] = Math.min(i, end)
    while (i < end && bytes[i] !== comma) i++
    return i
  }

  /** Forgets all fields, for forms that fill them by name. */
  clear(): void {
    this.count = most
    this.isEscaped = true
    this.from.fill(0)
    this.to.fill(0)
  }

  set(k: number, from: number, to: number): void {
    if (from < 0) return
    this.from[k] = from
    this.to[k] = to
  }

  has(k: number): boolean {
    return k < this.count && this.to[k]! > this.from[k]!
  }
}
