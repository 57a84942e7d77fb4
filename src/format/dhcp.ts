import { ascii, find, readUint, startsWith, wordEnd } from '../base/ascii.ts'
import { clockAt, daysOf, twoDigits } from '../base/ascii-time.ts'
import { CsvFields } from '../base/csv-scan.ts'
import { type EventBatch, Subject } from '../event/batch.ts'
import { readSource } from '../event/ends.ts'
import { beginLogged } from '../event/logged-row.ts'
import { Names } from '../event/names.ts'
import { Text } from '../event/texts.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const acknowledged = ascii('DHCPACK on ')
const replied = ascii('Reply NA: address ')
const dnsmasq = ascii('DHCPACK(')
const dnsmasq6 = ascii('DHCPREPLY(')
const kea4 = ascii('DHCP4_LEASE_')
const kea6 = ascii('DHCP6_LEASE_')
const starts = [acknowledged, replied, dnsmasq, dnsmasq6, kea4, kea6]
const iscTo = ascii(' to ')
const client = ascii('duid ')
const validFor = ascii(' valid for ')
const leaseDuration = ascii(' lease-duration ')
const keaLease = ascii(': lease ')
const keaAddress = ascii('for address ')
const keaAllocated = ascii(' has been allocated')
const keaFor = ascii(' for ')
const hardware = ascii('hwtype=')
const duid = ascii('duid=[')
const daemons = ['dhcpd', 'dnsmasq-dhcp', 'kea-dhcp'].map(ascii)
const space = 32
const comma = 44
const openParen = 40
const closeParen = 41
const closeBracket = 93
const furthest = 256
/** Windows: new, renewed, BOOTP, dynamic BOOTP. */
const windowsLeases: ReadonlySet<number> = new Set([10, 11, 20, 21])
const windowsAddress = 4
const windowsName = 5
const windowsMac = 6

class Dhcp {
  readonly #syslog: Syslog
  readonly #names: Names
  readonly #csv = new CsvFields(windowsMac + 1)

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (isWindows(bytes, from, to)) return this.#windows(bytes, from, to, batch)
    const kind = startAt(bytes, from, to)
    if (kind < 0) return Decoded.ignored
    this.#syslog.read(bytes, from, to)
    const i = beginLogged(batch, Subject.lease, this.#syslog.time)
    const at = found + starts[kind]!.length
    const reason = this.#lease(bytes, kind, at, to, batch, i)
    const problem = reason === '' && !this.#syslog.settle(batch) ? 'no time' : reason
    if (problem !== '') {
      batch.undo()
      batch.reason = problem
      return problem === noLease ? Decoded.ignored : Decoded.malformed
    }
    batch.column.time[i] = this.#syslog.time[0]!
    // Kea's own log has a level where syslog has a host, and no tag behind it.
    const { hostFrom, hostTo, tagFrom, tagTo } = this.#syslog
    if (tagTo > tagFrom) batch.column.device[i] = this.#names.id(bytes, hostFrom, hostTo)
    return Decoded.event
  }

  #lease(bytes: Uint8Array, kind: number, at: number, to: number, batch: EventBatch, i: number): string {
    const start = starts[kind]
    if (start === kea4 || start === kea6) return readKea(bytes, at, to, batch, i)
    if (start === dnsmasq || start === dnsmasq6) return readDnsmasq(bytes, at, to, batch, i)
    return start === replied ? readReply(bytes, at, to, batch, i) : readIsc(bytes, at, to, batch, i)
  }

  /** `10,11/22/26,02:13:41,Assign,192.0.2.77,laptop,00005E005377,…` */
  #windows(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const fields = this.#csv
    fields.cut(bytes, from, to)
    if (!windowsLeases.has(readUint(bytes, fields.from[0]!, fields.to[0]!))) return Decoded.ignored
    const date = fields.from[1]!
    const month = twoDigits(bytes, date)
    const day = twoDigits(bytes, date + 3)
    const clock = clockAt(bytes, fields.from[2]!)
    this.#syslog.time[0] = (daysOf(2000 + twoDigits(bytes, date + 6), month, day) * 86400 + clock) * 1e6
    const i = beginLogged(batch, Subject.lease, this.#syslog.time)
    const isRead =
      clock >= 0 &&
      day >= 1 &&
      month >= 1 &&
      month <= 12 &&
      fields.count > windowsAddress &&
      readSource(bytes, fields.from[windowsAddress]!, fields.to[windowsAddress]!, batch, i)
    if (!isRead) {
      batch.undo()
      batch.reason = 'no readable time or address'
      return Decoded.malformed
    }
    if (fields.has(windowsName)) batch.text(i, Text.host, bytes, fields.from[windowsName]!, fields.to[windowsName]!)
    if (fields.has(windowsMac)) batch.text(i, Text.mac, bytes, fields.from[windowsMac]!, fields.to[windowsMac]!)
    return Decoded.event
  }
}

const noLease = 'no lease'
const noAddress = 'no readable address'

/** `192.0.2.77 to 00:00:5e:00:53:77 (laptop) via eth0 … lease-duration 600` */
function readIsc(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): string {
  const end = find(bytes, at, to, iscTo)
  if (end < 0 || !readSource(bytes, at, end, batch, i)) return noAddress
  const mac = end + iscTo.length
  const macEnd = wordEnd(bytes, mac, to)
  batch.text(i, Text.mac, bytes, mac, macEnd)
  const name = macEnd + 1
  let rest = macEnd
  if (bytes[name] === openParen && name < to) {
    while (rest < to && bytes[rest] !== closeParen) rest++
    batch.text(i, Text.host, bytes, name + 1, rest)
  }
  setDuration(bytes, find(bytes, rest, to, leaseDuration), leaseDuration.length, to, batch, i)
  return ''
}

/** `2001:db8::5 to client with duid 00:01:… iaid = 1 valid for 600 seconds` */
function readReply(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): string {
  const end = wordEnd(bytes, at, to)
  if (!readSource(bytes, at, end, batch, i)) return noAddress
  const id = find(bytes, end, to, client)
  if (id >= 0) batch.text(i, Text.mac, bytes, id + client.length, wordEnd(bytes, id + client.length, to))
  setDuration(bytes, find(bytes, end, to, validFor), validFor.length, to, batch, i)
  return ''
}

/** `eth0) 192.0.2.77 00:00:5e:00:53:77 laptop` */
function readDnsmasq(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): string {
  let start = at
  while (start < to && bytes[start] !== closeParen) start++
  start += 2
  const end = wordEnd(bytes, start, to)
  if (start >= to || !readSource(bytes, start, end, batch, i)) return noAddress
  const macEnd = wordEnd(bytes, end + 1, to)
  batch.text(i, Text.mac, bytes, end + 1, macEnd)
  batch.text(i, Text.host, bytes, macEnd + 1, wordEnd(bytes, macEnd + 1, to))
  return ''
}

/** `ALLOC [hwtype=1 00:00:5e:00:53:77], …: lease 192.0.2.77 has been allocated for 4000 seconds` */
function readKea(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): string {
  const lease = find(bytes, at, to, keaLease)
  const allocated = lease < 0 ? -1 : find(bytes, lease, to, keaAllocated)
  if (allocated < 0) return noLease
  let address = lease + keaLease.length
  if (startsWith(bytes, address, to, keaAddress)) address += keaAddress.length
  if (!readSource(bytes, address, wordEnd(bytes, address, to), batch, i)) return noAddress
  const isDuid = find(bytes, at, lease, hardware) < 0
  const word = isDuid ? find(bytes, at, lease, duid) : find(bytes, at, lease, hardware)
  if (word >= 0) {
    let start = word + (isDuid ? duid.length : hardware.length)
    while (!isDuid && start < lease && bytes[start - 1] !== space) start++
    let end = start
    while (end < lease && bytes[end] !== closeBracket) end++
    batch.text(i, Text.mac, bytes, start, end)
  }
  setDuration(bytes, find(bytes, allocated, to, keaFor), keaFor.length, to, batch, i)
  return ''
}

function setDuration(bytes: Uint8Array, at: number, skip: number, to: number, batch: EventBatch, i: number): void {
  if (at < 0) return
  const seconds = readUint(bytes, at + skip, wordEnd(bytes, at + skip, to))
  if (seconds > 0) batch.column.duration[i] = seconds * 1e6
}

/** Where `startAt` found a beginning. */
let found = 0

/** Which beginning of a lease's message the line has, -1 for none. */
function startAt(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + furthest)
  for (let at = from; at < last; at++) {
    const byte = bytes[at]
    if ((byte !== 68 && byte !== 82) || (at > from && bytes[at - 1] !== space)) continue
    for (let k = 0; k < starts.length; k++) {
      if (!startsWith(bytes, at, to, starts[k]!)) continue
      found = at
      return k
    }
  }
  return -1
}

/** Two digits, a date with slashes, a clock: `10,11/22/26,02:13:41,` */
function isWindows(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    to - from > 22 &&
    bytes[from + 2] === comma &&
    bytes[from + 5] === 47 &&
    bytes[from + 8] === 47 &&
    bytes[from + 11] === comma &&
    bytes[from + 20] === comma &&
    twoDigits(bytes, from) >= 0 &&
    twoDigits(bytes, from + 9) >= 0 &&
    clockAt(bytes, from + 12) >= 0
  )
}

/** A lease's message by one of the daemons, or a line of Windows's audit log. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  if (isWindows(bytes, from, to)) return true
  if (startAt(bytes, from, to) < 0) return false
  for (let k = 0; k < daemons.length; k++) if (find(bytes, from, found, daemons[k]!) >= 0) return true
  return false
}

function open(context: FormatContext): Decode {
  const log = new Dhcp(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'dhcp',
  title: 'DHCP server log',
  about:
    'Addresses that DHCP servers gave or renewed: ISC dhcpd (DHCPACK, Reply NA), dnsmasq, Kea (LEASE_ALLOC and the like), and the audit log of ' +
    "Windows Server (DhcpSrvLog, events 10, 11, 20, 21). mac is the link-layer address, for DHCPv6 the client's DUID; " +
    'duration is the length of the lease, where the server says it. Other messages are ignored. The times of Windows are ' +
    'local and taken as UTC. Documented by ISC (dhcpd, Kea messages), dnsmasq and Microsoft (DHCP server audit log).',
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['no connections: only who held an address'],
}

export default format
