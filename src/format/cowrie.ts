import { ascii, find } from '../base/ascii.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import { sniffLines } from './claim.ts'
import { EventRows } from './cowrie/event.ts'
import { layout } from './cowrie/fields.ts'
import { TextLog } from './cowrie/text.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const longestHeader = 256
const brace = Uint8Array.of(123)
const eventId = ascii('"eventid"')
const prefix = ascii('cowrie.')
const textMarks = [ascii('[cowrie.'), ascii('[HoneyPot'), ascii('[SSHChannel session')]

function open(context: FormatContext): Decode {
  const fields = new JsonFields(layout)
  const events = new EventRows(context, fields)
  const log = new TextLog(context)
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    const start = jsonStart(bytes, from, to)
    if (start < 0) return log.decode(bytes, from, to, batch)
    const scan = fields.scan(bytes, start, to)
    batch.reason = 'not a JSON object'
    if (scan === Scan.malformed) return Decoded.malformed
    return events.decode(bytes, batch)
  }
}

/** Where the event's object begins: at once, or behind a syslog header; -1 where the line is no such event. */
function jsonStart(bytes: Uint8Array, from: number, to: number): number {
  const start = find(bytes, from, Math.min(to, from + longestHeader), brace)
  return start >= 0 && find(bytes, start, to, eventId) >= 0 ? start : -1
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const start = jsonStart(bytes, from, to)
  if (start >= 0) return find(bytes, start, to, prefix) >= 0
  const last = Math.min(to, from + longestHeader)
  for (let k = 0; k < textMarks.length; k++) if (find(bytes, from, last, textMarks[k]!) >= 0) return true
  return false
}

const format: LineFormat = {
  id: 'cowrie',
  title: 'Cowrie honeypot (SSH and Telnet)',
  about:
    "Cowrie's JSON log, with or without a syslog header: session.connect and direct-tcpip.request are touches of the honeypot, " +
    'login.success and login.failed logins with account and password, client.version and client.kex (hassh) what the ' +
    'client is, command.input, command.failed and session.file_download touches with command or URL; other events are ' +
    "ignored. Of the text log new connections and login attempts are read. Only some events name the honeypot's own " +
    'address. Documented at docs.cowrie.org, Output Event Code Reference.',
  blind: ['what did not reach the honeypot', 'attempts before a session was accepted'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
