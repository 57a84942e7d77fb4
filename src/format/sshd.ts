import { ascii, find, readUint, startsWith } from '../base/ascii.ts'
import { type EventBatch, Kind, Mark } from '../event/batch.ts'
import { clearEnds } from '../event/ends.ts'
import { Names } from '../event/names.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { openings } from './sshd/forms.ts'
import { formOf, readMessage } from './sshd/message.ts'
import { pamFailure, readPam } from './sshd/pam.ts'

const daemon = ascii('sshd')
const daemonParts = ['sshd', 'sshd-session', 'sshd-auth'].map(ascii)
const pam = ascii('pam_')
const pamRemote = ascii('rhost=')
const solarisId = ascii('[ID ')
const repeated = ascii('message repeated ')
const times = ascii(' times: [ ')
const closeBracket = 93
const space = 32
const colon = 58
const openBracket = 91
const openParen = 40
const mostRepeats = 0xffff

class Sshd {
  readonly #syslog: Syslog
  readonly #names: Names
  #repeats = 1

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const syslog = this.#syslog
    syslog.read(bytes, from, to)
    const pamAt = pamFailure(bytes, syslog.tagFrom, syslog.text, to)
    const isDaemon = isDaemonTag(bytes, syslog.tagFrom, syslog.tagTo)
    if (pamAt < 0 && !isDaemon) return Decoded.ignored
    const i = batch.begin()
    this.#begin(batch, i)
    const end = this.#unrepeat(bytes, to)
    const isRead =
      pamAt >= 0
        ? readPam(bytes, syslog.text, pamAt, end, batch, i)
        : this.#message(bytes, afterOpenings(bytes, this.#text, end), end, batch, i)
    if (!isRead) {
      batch.undo()
      return Decoded.ignored
    }
    return this.#finish(bytes, batch, i, pamAt < 0)
  }

  #text = 0

  #begin(batch: EventBatch, i: number): void {
    const c = batch.column
    clearEnds(batch, i)
    c.kind[i] = Kind.log
    c.protocol[i] = Protocol.tcp
    c.marks[i] = Mark.noCounts
  }

  #message(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): boolean {
    const form = formOf(bytes, at, to)
    if (form === undefined) return false
    batch.column.subject[i] = form.subject
    batch.column.outcome[i] = form.outcome
    return readMessage(bytes, form, at, to, batch, i)
  }

  #finish(bytes: Uint8Array, batch: EventBatch, i: number, isDaemon: boolean): Decoded {
    const syslog = this.#syslog
    if (!syslog.settle(batch)) {
      batch.undo()
      batch.reason = 'no time'
      return Decoded.malformed
    }
    const c = batch.column
    c.time[i] = syslog.time[0]!
    c.packetsOut[i] = this.#repeats
    c.device[i] = this.#names.id(bytes, syslog.hostFrom, syslog.hostTo)
    if (isDaemon) batch.text(i, Text.process, bytes, syslog.tagFrom, syslog.tagTo)
    return Decoded.event
  }

  /** rsyslog's `message repeated 5 times: [ …]`. @returns where the message ends */
  #unrepeat(bytes: Uint8Array, to: number): number {
    const { text } = this.#syslog
    this.#repeats = 1
    this.#text = text
    if (!startsWith(bytes, text, to, repeated)) return to
    const count = text + repeated.length
    const behind = find(bytes, count, Math.min(to, count + 32), times)
    if (behind < 0) return to
    this.#repeats = Math.min(mostRepeats, Math.max(1, readUint(bytes, count, behind)))
    this.#text = behind + times.length
    return bytes[to - 1] === closeBracket ? to - 1 : to
  }
}

function isDaemonTag(bytes: Uint8Array, from: number, to: number): boolean {
  for (let k = 0; k < daemonParts.length; k++) {
    const part = daemonParts[k]!
    if (startsWith(bytes, from, to, part) && (to - from === part.length || bytes[from + part.length] === openParen)) {
      return true
    }
  }
  return false
}

/** Past `[ID 800047 auth.info] ` and `error: `. */
function afterOpenings(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  if (startsWith(bytes, at, to, solarisId)) {
    while (at < to && bytes[at] !== closeBracket) at++
    at += 2
  }
  for (let k = 0; k < openings.length; k++) if (startsWith(bytes, at, to, openings[k]!)) at += openings[k]!.length
  return at
}

/** The daemon's name as a tag near the beginning, or PAM's words about somebody from elsewhere. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const last = Math.min(to, from + 256)
  for (let at = find(bytes, from, last, daemon); at >= 0; at = find(bytes, at + 1, last, daemon)) {
    if (at > from && bytes[at - 1] !== space && bytes[at - 1] !== 62) continue
    let end = at
    while (end < to && isWord(bytes[end]!)) end++
    const next = bytes[end]
    // RFC 5424 has blanks around the name; elsewhere a process id or a colon follows.
    if (next === openBracket || next === openParen || next === colon) return true
    if (next === space && bytes[from] === 60) return true
  }
  const module = find(bytes, from, last, pam)
  return module >= 0 && find(bytes, module, to, pamRemote) >= 0
}

function isWord(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || byte === 45
}

function open(context: FormatContext): Decode {
  const log = new Sshd(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'sshd',
  title: 'OpenSSH server and PAM log',
  about:
    "What sshd writes through syslog or journald's text output (tags sshd, sshd-session, sshd-auth): logins that were " +
    'accepted or failed become kind auth; who touched the service without a login (closed or reset before authentication, no or a ' +
    'wrong identification string, nothing to negotiate, time-outs, dropped connections) kind ssh. PAM\'s "authentication ' +
    'failure" of any service that names a remote host is a login too, so that with sshd a failed password can stand there ' +
    'twice. Of repeated messages there is one row. A name holds what its sender chose; an end that could be read in two ' +
    'ways is left out. A stamp without a zone is taken as UTC. Documented in the source of OpenSSH.',
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['only who reached the SSH service', 'no port of the server, unless LogLevel is VERBOSE'],
}

export default format
