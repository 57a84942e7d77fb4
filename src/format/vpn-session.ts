import { ascii, find } from '../base/ascii.ts'
import { type EventBatch, Subject } from '../event/batch.ts'
import { readSource } from '../event/ends.ts'
import { beginLogged } from '../event/logged-row.ts'
import { Names } from '../event/names.ts'
import { Text } from '../event/texts.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const learn = ascii('MULTI: Learn: ')
const arrow = ascii(' -> ')
const primary = ascii('MULTI: primary virtual IP')
const multi = ascii('MULTI')
const forWord = ascii(' for ')
const assigning = ascii('assigning virtual IP ')
const toPeer = ascii(" to peer '")
const space = 32
const slash = 47
const quote = 39
const furthest = 512

class VpnSession {
  readonly #syslog: Syslog
  readonly #names: Names

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const last = Math.min(to, from + furthest)
    const learned = find(bytes, from, last, learn)
    const first = learned < 0 ? find(bytes, from, last, primary) : -1
    const assigned = learned < 0 && first < 0 ? find(bytes, from, last, assigning) : -1
    if (learned < 0 && first < 0 && assigned < 0) return Decoded.ignored
    this.#syslog.read(bytes, from, to)
    const i = beginLogged(batch, Subject.lease, this.#syslog.time)
    const isRead =
      learned >= 0
        ? readLearned(bytes, learned + learn.length, to, batch, i)
        : first >= 0
          ? readPrimary(bytes, first + primary.length, to, batch, i)
          : readAssigned(bytes, assigned + assigning.length, to, batch, i)
    const isTimed = isRead && this.#syslog.settle(batch)
    if (!isTimed) {
      batch.undo()
      batch.reason = isRead ? 'no time' : 'no address of its own'
      // A route to a network behind the peer is learned in the same words.
      return isRead || learned < 0 ? Decoded.malformed : Decoded.ignored
    }
    batch.column.time[i] = this.#syslog.time[0]!
    // OpenVPN's own log has the peer where syslog has a host.
    if (!this.#syslog.isFrom(bytes, multi)) {
      batch.column.device[i] = this.#names.id(bytes, this.#syslog.hostFrom, this.#syslog.hostTo)
    }
    return Decoded.event
  }
}

/** `10.8.0.6 -> alice/198.51.100.44:50000` */
function readLearned(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): boolean {
  const end = find(bytes, at, to, arrow)
  if (end < 0 || !readSource(bytes, at, end, batch, i)) return false
  readPeer(bytes, end + arrow.length, to, batch, i)
  return true
}

/** ` for alice/198.51.100.44:50000: 10.8.0.6`, `v6 for …: 2001:db8::1000` */
function readPrimary(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): boolean {
  const peer = find(bytes, at, to, forWord)
  if (peer < 0) return false
  let address = to
  while (address > peer && bytes[address - 1] !== space) address--
  if (!readSource(bytes, address, to, batch, i)) return false
  readPeer(bytes, peer + forWord.length, address - 2, batch, i)
  return true
}

/** `10.9.0.3 to peer 'alice@example'` */
function readAssigned(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): boolean {
  const end = find(bytes, at, to, toPeer)
  if (end < 0 || !readSource(bytes, at, end, batch, i)) return false
  const user = end + toPeer.length
  batch.text(i, Text.user, bytes, user, bytes[to - 1] === quote ? to - 1 : to)
  return true
}

/** A common name or user, which may hold slashes, and where it comes from. */
function readPeer(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
  let cut = to
  while (cut > from && bytes[cut - 1] !== slash) cut--
  if (cut > from) batch.text(i, Text.user, bytes, from, cut - 1)
  batch.text(i, Text.mapped, bytes, cut, to)
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const last = Math.min(to, from + furthest)
  if (find(bytes, from, last, learn) >= 0 || find(bytes, from, last, primary) >= 0) return true
  const assigned = find(bytes, from, last, assigning)
  return assigned >= 0 && find(bytes, assigned, to, toPeer) >= 0
}

function open(context: FormatContext): Decode {
  const log = new VpnSession(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'vpn-session',
  title: 'VPN server log: addresses of users (OpenVPN, strongSwan)',
  about:
    'Addresses that OpenVPN (MULTI: Learn, primary virtual IP) and strongSwan (assigning virtual IP) gave to users: user, and as mapped ' +
    'where the user came from, which strongSwan does not say in that line. Networks behind a peer and other messages are ' +
    'ignored. WireGuard logs no sessions; those of firewalls stand in their own formats. A stamp without a zone is taken as UTC. ' +
    'Documented in the source of OpenVPN (multi.c) and strongSwan (virtual_ip).',
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['no connections: only who held an address', 'not when a session ended'],
}

export default format
