import { EventBatch } from '../event/batch.ts'
import { Dictionary } from '../event/dictionary.ts'
import { JsonObjectReader } from '../framing/json-object-reader.ts'
import { Cut, JsonObjects, joinLines } from '../framing/json-objects.ts'
import { Envelopes, mostRows } from './envelope.ts'
import { type ContainerFormat, Decoded } from './format.ts'
import type { Member } from './members.ts'

/** Objects that are looked at to find out whether an input is an array of records that somebody reads. */
const mostObjects = 50
/** Surer than formats that read the first line of it, and than envelopes of one line each. */
const sure = 4

/** Records in a JSON array, or in an array inside an object, on one line or many. */
export function jsonArrayOf(members: readonly Member[]): ContainerFormat {
  return {
    id: 'json-array',
    title: 'Records in a JSON array',
    about:
      'What APIs and command lines export: an array of records, indented or not (gcloud logging read, jq -s), objects one ' +
      'after the other without line breaks (Firehose), or an array under records, Records, value, entries, items or ' +
      'logEvents of an object (CloudWatch subscriptions). Each record is read as the JSON format that claims it, or as an ' +
      'envelope like those of json-envelope; records that nobody claims are ignored.',
    framing: 'container',
    sniff: (head) => sniffArray(members, head),
    open(context, sink) {
      const envelopes = new Envelopes(members, context)
      return new JsonObjectReader(sink, mostRows(members), (bytes, from, to, batch) => {
        const rows = batch.length
        const what = envelopes.decode(bytes, from, to, batch)
        if (what === Decoded.event) sink.tally.events += batch.length - rows
        return what
      })
    },
  }
}

function sniffArray(members: readonly Member[], head: Uint8Array): number {
  let first = 0
  while (first < head.length && (head[first]! <= 32 || head[first]! >= 0xbb)) first++
  if (head[first] !== 91 && head[first] !== 123) return 0
  // The reader makes blanks of line breaks; what others are shown must stay as it is.
  const bytes = head.slice()
  const objects = new JsonObjects()
  const batch = new EventBatch(64)
  const envelopes = new Envelopes(members, { newest: 0, rules: new Dictionary() })
  let isArray = head[first] === 91
  let claimed = 0
  let at = 0
  for (let k = 0; k < mostObjects && objects.next(bytes, at, bytes.length, false) === Cut.object; k++) {
    isArray ||= k === 0 ? objects.from > first : head.subarray(at, objects.from).indexOf(10) < 0
    at = objects.to
    isArray ||= head.subarray(objects.from, at).indexOf(10) >= 0
    joinLines(bytes, objects.from, at)
    batch.clear()
    if (envelopes.decode(bytes, objects.from, at, batch) === Decoded.event) claimed++
  }
  return isArray && claimed > 0 ? sure : 0
}
