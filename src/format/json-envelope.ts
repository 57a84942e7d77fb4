import { EventBatch } from '../event/batch.ts'
import { Dictionary } from '../event/dictionary.ts'
import { Envelopes, mostRows } from './envelope.ts'
import { Decoded, type LineFormat } from './format.ts'
import type { Member } from './members.ts'

/** Lines that are looked into to find out whether an input is made of envelopes. */
const mostLines = 50
/** Surer than any format that reads a line, and than a mix of them: they are inside. */
const sure = 3
/** Envelopes all the same, but nothing inside is known here. */
const plain = 0.02
const shippers = /"(__REALTIME_TIMESTAMP|@timestamp|log|message|_raw|stream|sourcetype)"\s*:/

/** Lines that log shippers wrote around the lines of others. */
export function jsonEnvelopeOf(members: readonly Member[]): LineFormat {
  return {
    id: 'json-envelope',
    title: 'Log lines inside JSON, as shippers write them',
    about:
      'One JSON object a line in which the original line is a string: Filebeat and Elastic agents (message, ' +
      'event.original), Logstash, Vector, Fluent Bit and Fluentd (log), Docker json-file (log), Loki and promtail (line), ' +
      'CloudWatch (message), Splunk HEC (event) and exports (_raw), journalctl -o json (MESSAGE), exports of Elasticsearch ' +
      '(_source). The line is read as the format that claims it; one without a syslog header gets time, host and program ' +
      'from the envelope. Where the shipper decoded the record (event, message, eve as an object), the object is read. ' +
      'Lines that no format claims are ignored. Not read: fields into which a shipper renamed those of the original record.',
    framing: 'line',
    maxRows: mostRows(members),
    sniff: (head) => sniffEnvelopes(members, head),
    open(context) {
      const envelopes = new Envelopes(members, context)
      return (bytes, from, to, batch) => (from === to ? Decoded.ignored : envelopes.decode(bytes, from, to, batch))
    },
  }
}

function sniffEnvelopes(members: readonly Member[], head: Uint8Array): number {
  if (head[0] !== 123) return 0
  const batch = new EventBatch(64)
  const envelopes = new Envelopes(members, { newest: 0, rules: new Dictionary() })
  let inside = 0
  let outside = 0
  let from = 0
  for (let line = 0; line < mostLines && from < head.length; line++) {
    const newline = head.indexOf(10, from)
    if (newline < 0 && line > 0) break
    const to = newline < 0 ? head.length : newline
    batch.clear()
    if (head[from] !== 123 || envelopes.mix.ownerOfObject(head, from, to) >= 0) outside++
    else if (envelopes.decode(head, from, to, batch) === Decoded.event) inside++
    from = to + 1
  }
  if (inside > outside) return sure
  const first = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 4096)).toString('latin1')
  return outside === 0 && shippers.test(first.split('\n', 1)[0] as string) ? plain : 0
}
