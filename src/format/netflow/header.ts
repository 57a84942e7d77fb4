/** Recognises export packets, and tells where one ends that has others behind it. */

/** What the first bytes of an export packet say it is, as `ExporterState.version` has it. */
export const Version = { flow1: 1, flow5: 5, flow7: 7, flow9: 9, ipfix: 10, sflow5: 105 } as const

/** Headers and records of the versions without templates. */
export const legacyHeader = (version: number) => (version === Version.flow1 ? 16 : 24)
export const legacyRecord = (version: number) => (version === Version.flow5 ? 48 : 52)
/** Documented are 30 records; some exporters fill jumbo frames. */
const mostLegacyRecords = 200
const header9 = 20
const header10 = 16
const longestDatagram = 65535

const read16 = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!
const read32 = (bytes: Uint8Array, at: number) => ((read16(bytes, at) << 16) | read16(bytes, at + 2)) >>> 0

/** The version of the packet at `from`; 0 where it is none of ours. */
export function versionOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 4) return 0
  const first = read16(bytes, from)
  if (first === 0) return read16(bytes, from + 2) === 5 ? Version.sflow5 : 0
  const known = first === 1 || first === 5 || first === 7 || first === 9 || first === 10
  return known ? first : 0
}

/** Whether `bytes[from, to)` begins with an export packet: not only by its version, also by what must follow that. */
export function isExport(bytes: Uint8Array, from: number, to: number): boolean {
  switch (versionOf(bytes, from, to)) {
    case Version.flow1:
    case Version.flow5:
    case Version.flow7:
      return isLegacy(bytes, from, to)
    case Version.flow9:
      return isFlow9(bytes, from, to)
    case Version.ipfix:
      return isIpfix(bytes, from, to)
    case Version.sflow5:
      return isSflow(bytes, from, to)
    default:
      return false
  }
}

/** A clock that was set, or one that was not and began with 1970. */
function isTime(seconds: number): boolean {
  return seconds < 1e8 || (seconds > 9e8 && seconds < 4.1e9)
}

function isLegacy(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 24) return false
  const count = read16(bytes, from + 2)
  return count > 0 && count <= mostLegacyRecords && isTime(read32(bytes, from + 8)) && read32(bytes, from + 12) < 1e9
}

function isFlow9(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < header9 + 4) return false
  const count = read16(bytes, from + 2)
  const set = read16(bytes, from + header9)
  if (count === 0 || count > 4096 || !isTime(read32(bytes, from + 8)) || (set > 1 && set < 256)) return false
  const length = read16(bytes, from + header9 + 2)
  return length >= 4 && length <= longestDatagram - header9
}

function isIpfix(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < header10 + 4) return false
  const length = read16(bytes, from + 2)
  const set = read16(bytes, from + header10)
  const first = read16(bytes, from + header10 + 2)
  const isSet = set === 2 || set === 3 || set >= 256
  return isSet && isTime(read32(bytes, from + 4)) && first >= 4 && length >= header10 + first
}

function isSflow(bytes: Uint8Array, from: number, to: number): boolean {
  const family = to - from < 36 ? 0 : read32(bytes, from + 4)
  if (family !== 1 && family !== 2) return false
  const at = from + (family === 1 ? 12 : 24)
  if (to - at < 24) return false
  const samples = read32(bytes, at + 12)
  const length = read32(bytes, at + 20)
  return samples > 0 && samples <= 2000 && length >= 4 && length % 4 === 0 && length <= longestDatagram
}

/**
 * The length of the export packet at `from`, of which others stand back to back behind it.
 *
 * @param last whether nothing follows `to` @returns 0 where more must come to tell, -1 where it is none
 */
export function exportLength(bytes: Uint8Array, from: number, to: number, last: boolean): number {
  if (to - from < 48) return last && isExport(bytes, from, to) ? to - from : last ? -1 : 0
  if (!isExport(bytes, from, to)) return -1
  const version = versionOf(bytes, from, to)
  const end =
    version === Version.flow9
      ? endOf9(bytes, from, to, last)
      : version === Version.sflow5
        ? endOfSflow(bytes, from, to)
        : from + plainLength(bytes, from, version)
  if (end < 0) return last ? to - from : 0
  if (end <= to) return end - from
  return last ? to - from : 0
}

function plainLength(bytes: Uint8Array, from: number, version: number): number {
  if (version === Version.ipfix) return read16(bytes, from + 2)
  return legacyHeader(version) + legacyRecord(version) * read16(bytes, from + 2)
}

/** NetFlow v9 tells no length: its sets end where what follows can be no set header, as the next packet's version is none. */
function endOf9(bytes: Uint8Array, from: number, to: number, last: boolean): number {
  let at = from + header9
  for (;;) {
    // Padding behind the last set.
    if (to - at < 4) return last ? to : -1
    const set = read16(bytes, at)
    const length = read16(bytes, at + 2)
    // A set of length 5 would be empty: it is sFlow's version.
    const isSet = (set < 2 || set >= 256) && length >= 4 && length !== 5 && at - from + length <= longestDatagram
    if (!isSet) return skipZeros(bytes, at, to, from)
    at += length
    if (at > to) return -1
  }
}

/** Some exporters fill their packets up with zeros. */
function skipZeros(bytes: Uint8Array, at: number, to: number, from: number): number {
  let end = at
  while (end + 4 <= to && end - from < longestDatagram && read32(bytes, end) === 0) end += 4
  return end
}

function endOfSflow(bytes: Uint8Array, from: number, to: number): number {
  let at = from + (read32(bytes, from + 4) === 1 ? 28 : 40)
  for (let samples = read32(bytes, at - 4); samples > 0; samples--) {
    if (to - at < 8) return -1
    at += 8 + read32(bytes, at + 4)
    if (at - from > longestDatagram) return at - from
  }
  return at
}
