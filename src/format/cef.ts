import { ascii, equals, readUint } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { Text } from '../event/texts.ts'
import { Cef, findCef, Head } from '../framing/cef.ts'
import { DeviceEvents, severityOfTen } from '../framing/device-event.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

/** The first are those of `DeviceKey`, in its order. */
const keys = [
  ...['src', 'dst', 'spt', 'dpt', 'proto', 'act', 'in', 'out', 'request', 'suser', 'outcome'],
  ...['rt', 'start', 'end', 'duser', 'reason', 'requestMethod', 'requestClientApplication', 'dhost', 'dvchost', 'dvc'],
  ...['app', 'msg', 'cat', 'sproc', 'dproc', 'deviceExternalId'],
] as const
const Key = Object.fromEntries(keys.map((key, place) => [key, place])) as Record<(typeof keys)[number], number>
/** Labels under which devices write the rule in a custom extension. */
const labels = [
  'Rule',
  'Rule Name',
  'RuleName',
  'rule',
  'ruleName',
  'rule_name',
  'Policy',
  'Policy Name',
  'policy',
  'ACL',
]
const times = [Key.rt, Key.start, Key.end]
const texts: readonly (readonly [number, (typeof Text)[keyof typeof Text]])[] = [
  [Key.suser, Text.user],
  [Key.reason, Text.reason],
  [Key.requestMethod, Text.httpMethod],
  [Key.requestClientApplication, Text.userAgent],
  [Key.request, Text.uri],
  [Key.dhost, Text.host],
  [Key.app, Text.application],
  [Key.cat, Text.category],
  [Key.msg, Text.message],
]

class CefLog {
  readonly #events: DeviceEvents
  readonly #names: Names
  readonly #cef = new Cef(keys, labels)

  constructor(context: FormatContext) {
    this.#events = new DeviceEvents(context.newest, times)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (findCef(bytes, from, to) < 0) return Decoded.ignored
    if (!this.#cef.read(bytes, from, to)) {
      batch.reason = 'fewer than seven header fields'
      return Decoded.malformed
    }
    const what = this.#events.open(bytes, from, to, this.#cef, batch)
    if (what === Decoded.event) this.#describe(bytes, batch, batch.length - 1)
    return what
  }

  #describe(bytes: Uint8Array, batch: EventBatch, i: number): void {
    const cef = this.#cef
    const c = batch.column
    c.severity[i] = severityOf(bytes, cef.headFrom[Head.severity]!, cef.headTo[Head.severity]!)
    cef.addHead(batch, i, Text.signatureId, bytes, Head.signatureId)
    cef.addHead(batch, i, Text.signature, bytes, Head.name)
    for (let k = 0; k < texts.length; k++) cef.addText(batch, i, texts[k]![1], bytes, texts[k]![0])
    if (!cef.has(Key.suser)) cef.addText(batch, i, Text.user, bytes, Key.duser)
    for (let k = keys.length; k < cef.from.length && c.rule[i] === 0; k++) {
      if (cef.has(k)) c.rule[i] = this.#names.id(bytes, cef.from[k]!, cef.to[k]!)
    }
    c.device[i] = this.#device(bytes)
  }

  #device(bytes: Uint8Array): number {
    const { from, to } = this.#cef
    const key = this.#cef.has(Key.dvchost) ? Key.dvchost : Key.dvc
    if (this.#cef.has(key)) return this.#names.id(bytes, from[key]!, to[key]!)
    return this.#names.id(bytes, this.#events.header.hostFrom, this.#events.header.hostTo)
  }
}

const words: readonly (readonly [Uint8Array, number])[] = [
  [ascii('Low'), 1],
  [ascii('Medium'), 2],
  [ascii('High'), 3],
  [ascii('Very-High'), 4],
]

/** 0 to 10, or a word, as the standard has it. */
function severityOf(bytes: Uint8Array, from: number, to: number): number {
  const number = readUint(bytes, from, to)
  if (number >= 0) return severityOfTen(number)
  for (let k = 0; k < words.length; k++) if (equals(bytes, from, to, words[k]![0])) return words[k]![1]
  return 0
}

const claims = (bytes: Uint8Array, from: number, to: number) => findCef(bytes, from, to) >= 0

function open(context: FormatContext): Decode {
  const log = new CefLog(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'cef',
  title: 'Common Event Format (CEF) of any device',
  about:
    'Events in ArcSight’s Common Event Format, with or without a syslog header, of devices that have no format of their own ' +
    'here. Read are the standard keys: src, dst, spt, dpt, proto, act, rt, request, suser, reason and others; the rule from a ' +
    'custom string labelled as one. An event that says what was done with a connection (act or outcome: allowed, denied …) is ' +
    'a contact, one with a request is HTTP, any other an alert. A protocol that is not told is taken as TCP where there is a ' +
    'destination port. Times without a zone are UTC. Events without an address are ignored. ' +
    'Documented in "Implementing ArcSight Common Event Format" (OpenText), version 25.',
  framing: 'line',
  maxRows: 1,
  isGeneric: true,
  // Formats that know the device are surer.
  sniff: (head) => 0.3 * sniffLines(head, claims),
  claims,
  open,
}

export default format
