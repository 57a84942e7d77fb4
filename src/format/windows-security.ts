import { ascii, equals, find, readPort } from '../base/ascii.ts'
import { type EventBatch, Kind, Mark, Outcome, Subject } from '../event/batch.ts'
import { clearEnds, readSource } from '../event/ends.ts'
import { Names } from '../event/names.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { EventRead, eventStart, firstData, System, WindowsEvent } from '../framing/windows-event.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const provider = ascii('Microsoft-Windows-Security-Auditing')
const names = [
  'IpAddress',
  'IpPort',
  'TargetUserName',
  'LogonType',
  'Status',
  'SubStatus',
  'ProcessName',
  'Workstation',
  'WorkstationName',
]
const Data = {
  address: firstData,
  port: firstData + 1,
  user: firstData + 2,
  logonType: firstData + 3,
  status: firstData + 4,
  subStatus: firstData + 5,
  process: firstData + 6,
  workstation: firstData + 7,
  workstationName: firstData + 8,
} as const

/** Success and failure of a logon, a logon with other credentials, a Kerberos ticket, a failed one, NTLM at a domain controller. */
const Id = { success: 4624, failure: 4625, explicit: 4648, ticket: 4768, preauth: 4771, ntlm: 4776 } as const
const wanted: ReadonlySet<number> = new Set(Object.values(Id))

/** Logon types by number (Microsoft, "4624(S): An account was successfully logged on"). */
const logonTypes = [
  '',
  '',
  'interactive',
  'network',
  'batch',
  'service',
  '',
  'unlock',
  'network-cleartext',
  'new-credentials',
  'remote-interactive',
  'cached-interactive',
  'cached-remote-interactive',
  'cached-unlock',
].map(ascii)

class WindowsSecurity {
  readonly #event = new WindowsEvent(names)
  readonly #names: Names

  constructor(context: FormatContext) {
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const event = this.#event
    const found = event.read(bytes, from, to)
    if (found === EventRead.none) return Decoded.ignored
    if (found === EventRead.broken) {
      batch.reason = 'neither a JSON object nor an Event element'
      return Decoded.malformed
    }
    const id = event.number(bytes, System.eventId)
    if (!wanted.has(id) || !this.#isSecurity(bytes)) return Decoded.ignored
    if (!event.readTime(bytes)) {
      batch.reason = 'no time'
      return Decoded.malformed
    }
    const i = batch.begin()
    this.#row(bytes, id, batch, i)
    return Decoded.event
  }

  #isSecurity(bytes: Uint8Array): boolean {
    const { from, to } = this.#event
    return from[System.provider]! < 0 || equals(bytes, from[System.provider]!, to[System.provider]!, provider)
  }

  #row(bytes: Uint8Array, id: number, batch: EventBatch, i: number): void {
    const event = this.#event
    const c = batch.column
    clearEnds(batch, i)
    c.time[i] = event.time[0]!
    c.kind[i] = Kind.log
    c.subject[i] = Subject.auth
    c.marks[i] = Mark.noCounts
    c.outcome[i] = this.#outcome(bytes, id)
    c.device[i] = this.#names.id(bytes, event.from[System.computer]!, event.to[System.computer]!)
    readSource(bytes, event.from[Data.address]!, event.to[Data.address]!, batch, i)
    this.#port(bytes, id, batch, i)
    event.text(batch, i, Text.host, bytes, System.computer)
    event.text(batch, i, Text.user, bytes, Data.user)
    if (c.outcome[i] === Outcome.refused) {
      event.text(batch, i, Text.reason, bytes, this.#isZero(bytes, Data.subStatus) ? Data.status : Data.subStatus)
    }
    event.text(batch, i, Text.process, bytes, Data.process)
    const type = logonTypes[event.number(bytes, Data.logonType)]
    if (type !== undefined) batch.text(i, Text.application, type, 0, type.length)
    event.text(batch, i, Text.message, bytes, event.has(Data.workstation) ? Data.workstation : Data.workstationName)
  }

  #outcome(bytes: Uint8Array, id: number): number {
    if (id === Id.success) return Outcome.established
    if (id === Id.failure || id === Id.preauth) return Outcome.refused
    // That other credentials were used does not say that they were right.
    if (id === Id.explicit) return Outcome.unknown
    return this.#isZero(bytes, Data.status) ? Outcome.established : Outcome.refused
  }

  /** Logons come over TCP; Kerberos may ask over UDP. */
  #port(bytes: Uint8Array, id: number, batch: EventBatch, i: number): void {
    const { from, to } = this.#event
    const port = from[Data.port]! < 0 ? -1 : readPort(bytes, from[Data.port]!, to[Data.port]!)
    if (port <= 0 || id === Id.ticket || id === Id.preauth) return
    batch.column.srcPort[i] = port
    batch.column.protocol[i] = Protocol.tcp
  }

  /** Whether a status is success, or not told. */
  #isZero(bytes: Uint8Array, field: number): boolean {
    const { from, to } = this.#event
    for (let i = from[field]!; i >= 0 && i < to[field]!; i++) {
      // `0x0`, and `-` where there is none.
      if (bytes[i] !== 48 && bytes[i] !== 120 && bytes[i] !== 45) return false
    }
    return true
  }
}

/** An event in JSON or XML that names the provider of the security log. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const start = eventStart(bytes, from, to)
  return start >= 0 && find(bytes, start, Math.min(to, start + mostClaimed), provider) >= 0
}

const mostClaimed = 1 << 16

function open(context: FormatContext): Decode {
  const log = new WindowsSecurity(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'windows-security',
  title: 'Windows security log: logons',
  about:
    'Logons from the Windows security log, one event a line, as XML (wevtutil, Get-WinEvent, Splunk) or JSON (Winlogbeat, ' +
    'Elastic Agent, NXLog, Wazuh, evtx_dump, Azure), also behind a syslog header: 4624 and 4625 (logon, failed logon), 4648 ' +
    '(explicit credentials), 4768 and 4771 (Kerberos), 4776 (NTLM at a domain controller). The source is IpAddress where ' +
    'the event tells one; application is the type of logon, reason the status code, message the workstation. Other events ' +
    "are ignored. A time without a zone (NXLog's EventTime) is taken as UTC. Documented by Microsoft, Audit Logon events.",
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['logons only: no connections', 'sources of NTLM logons at a domain controller are names'],
}

export default format
