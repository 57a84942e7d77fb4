import { ascii, find } from '../base/ascii.ts'
import { JsonFields } from '../base/json-scan.ts'
import { EventRead, eventStart, System, WindowsEvent } from '../framing/windows-event.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type LineFormat } from './format.ts'
import { Data, names } from './sysmon/data.ts'
import { EcsEvent, layout } from './sysmon/ecs.ts'
import { appendConnection, appendQuery } from './sysmon/row.ts'

/** Of Sysmon's events those read; the provider's other numbers are other things. */
const connection = 3
const query = 22

function open(): Decode {
  const event = new WindowsEvent(names)
  const ecs = new EcsEvent(new JsonFields(layout))
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    const read = event.read(bytes, from, to)
    if (read === EventRead.event && isSysmon(bytes, event)) {
      const id = event.number(bytes, System.eventId)
      if (id !== connection && id !== query) return Decoded.ignored
      // Elastic's pipelines may move the fields into their own schema and drop Sysmon's.
      if (event.has(Data.destinationIp) || event.has(Data.queryName)) {
        const isRow = id === query ? appendQuery(bytes, event, batch) : appendConnection(bytes, event, batch)
        return isRow ? Decoded.event : Decoded.malformed
      }
    }
    const start = eventStart(bytes, from, to)
    if (start >= 0 && bytes[start] === 123) return ecs.decode(bytes, start, to, batch)
    batch.reason = read === EventRead.event ? 'a connection without a destination' : 'no whole event'
    return read === EventRead.none || (read === EventRead.event && !isSysmon(bytes, event))
      ? Decoded.ignored
      : Decoded.malformed
  }
}

const word = ascii('Sysmon')
const small = ascii('"sysmon"')

/** Sysmon's own events; where neither provider nor channel is told, the event's form must do. */
function isSysmon(bytes: Uint8Array, { from, to }: WindowsEvent): boolean {
  const provider = from[System.provider]!
  const channel = from[System.channel]!
  if (provider >= 0 && find(bytes, provider, to[System.provider]!, word) >= 0) return true
  if (channel >= 0 && find(bytes, channel, to[System.channel]!, word) >= 0) return true
  return provider < 0 && channel < 0
}

/** Names whole enough that no other program's line holds them by chance. */
const providers = [ascii('Microsoft-Windows-Sysmon'), ascii('Linux-Sysmon')]

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const start = eventStart(bytes, from, to)
  if (start < 0) return false
  for (let k = 0; k < providers.length; k++) if (find(bytes, start, to, providers[k]!) >= 0) return true
  return bytes[start] === 123 && find(bytes, start, to, small) >= 0
}

const format: LineFormat = {
  id: 'sysmon',
  title: 'Sysmon network connections and DNS queries (Windows and Linux)',
  about:
    'Events 3 (network connection) and 22 (DNS query) of Sysmon, one a line: XML as Windows and Sysmon for Linux write it ' +
    "(with or without a syslog header), JSON of Winlogbeat, Elastic Agent (Sysmon's fields or ECS), NXLog, Wazuh and " +
    'evtx_dump; other events are ignored. Source and destination are those of the event: with Initiated true the source ' +
    'is the machine itself. What became of a connection is not told: Windows reports those that were made and, for some ' +
    'programs, attempts. Times are UTC (UtcTime). Not read: hashes, GUIDs, host names of the ends. Documented at ' +
    'learn.microsoft.com, Sysinternals Sysmon.',
  blind: ['outcomes', 'connections that the configuration leaves out', 'packets that no program asked for'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
