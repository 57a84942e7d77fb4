import { readPort } from '../base/ascii.ts'
import { Action, type EventBatch, Outcome, Subject } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { Text } from '../event/texts.ts'
import { firstField, zeekLog } from '../framing/zeek-log.ts'
import type { ZeekRecord } from '../framing/zeek-record.ts'

const origHost = 1
const src = firstField + 3
const dst = firstField + 4
const port = firstField + 5
const dropped = firstField + 6

export default zeekLog({
  id: 'zeek-notice',
  title: 'Zeek notice.log',
  about:
    "Zeek's alerts, tab-separated or as JSON: note is the signature's id, msg its name, sub the message; src, dst and p are " +
    "the ends where they are given, else the connection's. A notice about no host (packet loss) is a row without ends. " +
    '`dropped` means that Zeek had the source blocked. Not read: uid, file fields, actions, suppression, place. Documented ' +
    'at docs.zeek.org, Notice::Info.',
  blind: ['alerts only'],
  path: 'notice',
  columns:
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p fuid file_mime_type file_desc proto note msg sub src dst p n ' +
    'peer_descr actions email_dest suppress_for',
  shape: ['note', 'actions'],
  subject: Subject.alert,
  protocol: 0,
  needsSource: false,
  device: 'peer_descr',
  fields: [
    { name: 'note', text: Text.signatureId },
    { name: 'msg', text: Text.signature },
    { name: 'sub', text: Text.message },
    { name: 'src' },
    { name: 'dst' },
    { name: 'p' },
    { name: 'dropped' },
  ],
  finish(record, batch, i) {
    if (record.has(src)) readGivenEnds(record, batch, i)
    if (!record.isTrue(dropped)) return
    batch.column.action[i] = Action.deny
    batch.column.outcome[i] = Outcome.blocked
  },
})

/** The notice's own ends count; of its connection only the source's port, where that is of the same host. */
function readGivenEnds({ bytes, spans: { from, to } }: ZeekRecord, batch: EventBatch, i: number): void {
  const c = batch.column
  if (!isSame(bytes, from[src]!, to[src]!, from[origHost]!, to[origHost]!)) c.srcPort[i] = 0
  readSource(bytes, from[src]!, to[src]!, batch, i)
  readDestination(bytes, from[dst]!, to[dst]!, batch, i)
  c.dstPort[i] = from[port]! < 0 ? 0 : Math.max(0, readPort(bytes, from[port]!, to[port]!))
}

function isSame(bytes: Uint8Array, from: number, to: number, other: number, otherTo: number): boolean {
  if (other < 0 || to - from !== otherTo - other) return false
  for (let i = 0; i < to - from; i++) if (bytes[from + i] !== bytes[other + i]) return false
  return true
}
