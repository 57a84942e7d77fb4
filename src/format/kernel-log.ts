import { ascii, find, startsWith } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { Prefixes } from '../event/log-prefix.ts'
import { Protocol } from '../event/protocol.ts'
import { Precision, Stamp } from '../framing/stamp.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { settleTimes, Told, tellTime } from './kernel-log/clock.ts'
import { outcomeOf } from './kernel-log/outcome.ts'
import { readPacket, Seen } from './kernel-log/packet.ts'

import { sniff } from './kernel-log/sniff.ts'
import { afterPriority, afterTag, afterUptime, uptime } from './kernel-log/tag.ts'

const packetStart = ascii('IN=')
const packetNext = ascii(' OUT=')
const longestInterface = 64
/** A prefix is at most 127 bytes long (NF_LOG_PREFIXLEN). */
const longestPrefix = 128

class KernelLog {
  readonly #stamp: Stamp
  readonly #prefixes: Prefixes

  constructor(context: FormatContext) {
    this.#stamp = new Stamp(context.newest)
    this.#prefixes = new Prefixes(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const stamped = this.#afterStamp(bytes, afterPriority(bytes, from, to), to)
    const isStamped = this.#stamp.precision !== Precision.none
    let text = isStamped ? afterTag(bytes, stamped, to) : afterBareTag(bytes, stamped, to)
    if (text < 0) return Decoded.ignored
    const afterKernelTime = afterUptime(bytes, text, to)
    if (afterKernelTime >= 0) text = afterKernelTime
    const packet = findPacket(bytes, text, to)
    if (packet < 0) return Decoded.ignored
    const i = batch.begin()
    const seen = readPacket(bytes, packet, to, batch, i)
    const reason = complaint(seen, batch.column.protocol[i]!)
    if (reason !== '') {
      batch.undo()
      batch.reason = reason
      return (seen & (Seen.src | Seen.otherProtocol)) === Seen.otherProtocol ? Decoded.ignored : Decoded.malformed
    }
    this.#time(batch, i, afterKernelTime >= 0)
    this.#prefixes.read(bytes, text, packet, batch.column.rule, batch.column.action, i)
    batch.column.outcome[i] = outcomeOf(batch, i)
    return Decoded.event
  }

  /** Past the time stamp; also where `grep` put a file name and a colon in front of it. */
  #afterStamp(bytes: Uint8Array, from: number, to: number): number {
    const end = this.#stamp.read(bytes, from, to)
    if (this.#stamp.precision !== Precision.none) return end
    for (let i = from; i < to && bytes[i] !== 32 && i < from + 256; i++) {
      if (bytes[i] === 58) {
        const later = this.#stamp.read(bytes, i + 1, to)
        return this.#stamp.precision === Precision.none ? from : later
      }
    }
    return from
  }

  #time(batch: EventBatch, i: number, hasUptime: boolean): void {
    const { precision, time } = this.#stamp
    if (precision === Precision.none) {
      if (hasUptime) batch.column.time[i] = uptime[0]!
      else tellTime(batch, i, Told.nothing, uptime)
      return
    }
    batch.column.time[i] = time[0]!
    if (precision === Precision.second && hasUptime) tellTime(batch, i, Told.uptime, uptime)
  }
}

/** A line without a time stamp begins with the kernel's tag, its uptime, or a short prefix before the packet. */
function afterBareTag(bytes: Uint8Array, from: number, to: number): number {
  const tag = startsWith(bytes, from, to, kernelTag) ? from + kernelTag.length : from
  const packet = findPacket(bytes, tag, Math.min(to, tag + longestPrefix + 2 * longestInterface))
  return packet < 0 ? -1 : tag
}

const kernelTag = ascii('kernel: ')

/** Where `IN=… OUT=` stands, -1 if nowhere. */
function findPacket(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + longestPrefix + packetStart.length)
  let at = find(bytes, from, last, packetStart)
  while (at >= 0) {
    let end = at + packetStart.length
    while (end < to && bytes[end] !== 32 && end - at < longestInterface) end++
    if (startsWith(bytes, end, to, packetNext)) return at
    at = find(bytes, at + 1, last, packetStart)
  }
  return -1
}

/** What keeps the fields from being a contact; nothing if they are one. */
function complaint(seen: number, protocol: number): string {
  if (seen & Seen.unreadable) return 'an address, port, protocol or type is not readable'
  if (!(seen & Seen.src)) return 'no SRC'
  if (!(seen & Seen.dst)) return 'no DST'
  if (!(seen & Seen.protocol)) return 'no PROTO'
  if (seen & Seen.incomplete) return ''
  if (protocol === Protocol.tcp || protocol === Protocol.udp) {
    if (!(seen & Seen.srcPort)) return 'no SPT'
    if (!(seen & Seen.dstPort)) return 'no DPT'
  }
  return (protocol === Protocol.icmp || protocol === Protocol.icmp6) && !(seen & Seen.type) ? 'no TYPE' : ''
}

/** A packet's fields, behind a prefix no longer than netfilter allows; programs that quote such lines are told apart by `decode`. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const packet = find(bytes, from, Math.min(to, from + 512), packetStart)
  return packet >= 0 && findPacket(bytes, packet, to) >= 0
}

function open(context: FormatContext): Decode {
  const log = new KernelLog(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'kernel-log',
  title: 'Linux firewall log (iptables, nftables, ufw)',
  about:
    'Packets that netfilter logs through the kernel (targets LOG of iptables and ip6tables, log of nftables, ufw, ' +
    'Shorewall, firewalld) or ulogd writes in the same form, with a syslog, ISO 8601 or dmesg time stamp or with none; ' +
    "other programs' lines are ignored. A stamp without a year is put into the newest year that is not in the future; one " +
    "without a zone is taken as UTC; the kernel's uptime in brackets gives the microseconds. Whether a packet was dropped " +
    'is only known where the prefix says so (DROP, DENY, BLOCK, REJECT, ACCEPT, ALLOW). Of an ICMP error the quoted packet ' +
    'is read. Not read: MAC, TOS, OPT. Documented in the kernel source, net/netfilter/nf_log_syslog.c.',
  framing: 'line',
  maxRows: 1,
  sniff,
  claims,
  open,
  settle: settleTimes,
}

export default format
