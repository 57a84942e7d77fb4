import { readUint } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { Text } from '../event/texts.ts'
import { Head } from '../framing/cef.ts'
import { DeviceEvents, severityOfTen } from '../framing/device-event.ts'
import { findLeef, Leef } from '../framing/leef.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

/** The first are those of `DeviceKey`, in its order. */
const keys = [
  ...['src', 'dst', 'srcPort', 'dstPort', 'proto', 'action', 'srcBytes', 'dstBytes', 'url', 'usrName', 'act'],
  ...[
    'devTime',
    'sev',
    'cat',
    'reason',
    'policy',
    'rule',
    'ruleName',
    'userAgent',
    'identHostName',
    'devName',
    'app',
    'msg',
  ],
] as const
const Key = Object.fromEntries(keys.map((key, place) => [key, place])) as Record<(typeof keys)[number], number>
const rules = [Key.rule, Key.ruleName, Key.policy]
const texts: readonly (readonly [number, (typeof Text)[keyof typeof Text]])[] = [
  [Key.usrName, Text.user],
  [Key.reason, Text.reason],
  [Key.url, Text.uri],
  [Key.userAgent, Text.userAgent],
  [Key.identHostName, Text.host],
  [Key.app, Text.application],
  [Key.cat, Text.category],
  [Key.msg, Text.message],
]

class LeefLog {
  readonly #events: DeviceEvents
  readonly #names: Names
  readonly #leef = new Leef(keys)

  constructor(context: FormatContext) {
    this.#events = new DeviceEvents(context.newest, [Key.devTime])
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (findLeef(bytes, from, to) < 0) return Decoded.ignored
    if (!this.#leef.read(bytes, from, to)) {
      batch.reason = 'fewer than five header fields'
      return Decoded.malformed
    }
    const what = this.#events.open(bytes, from, to, this.#leef, batch)
    if (what === Decoded.event) this.#describe(bytes, batch, batch.length - 1)
    return what
  }

  #describe(bytes: Uint8Array, batch: EventBatch, i: number): void {
    const leef = this.#leef
    const c = batch.column
    const { from, to } = leef
    const severity = leef.has(Key.sev) ? readUint(bytes, from[Key.sev]!, to[Key.sev]!) : -1
    c.severity[i] = severityOfTen(severity)
    leef.addHead(batch, i, Text.signatureId, bytes, Head.signatureId)
    for (let k = 0; k < texts.length; k++) leef.addText(batch, i, texts[k]![1], bytes, texts[k]![0])
    for (let k = 0; k < rules.length && c.rule[i] === 0; k++) {
      const key = rules[k]!
      if (leef.has(key)) c.rule[i] = this.#names.id(bytes, from[key]!, to[key]!)
    }
    c.device[i] = leef.has(Key.devName)
      ? this.#names.id(bytes, from[Key.devName]!, to[Key.devName]!)
      : this.#names.id(bytes, this.#events.header.hostFrom, this.#events.header.hostTo)
  }
}

const claims = (bytes: Uint8Array, from: number, to: number) => findLeef(bytes, from, to) >= 0

function open(context: FormatContext): Decode {
  const log = new LeefLog(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'leef',
  title: 'Log Event Extended Format (LEEF) of any device',
  about:
    'Events in QRadar’s Log Event Extended Format 1.0 and 2.0 (any delimiter; tabs that a relay wrote as #011 too), with or ' +
    'without a syslog header, of devices that have no format of their own here. Read are the predefined attributes: src, ' +
    'dst, srcPort, dstPort, proto, devTime, usrName, sev, cat, and action, policy, rule, url, reason where devices write ' +
    'them. An event that says what was done with a connection is a contact, one with a url is HTTP, any other an alert. A ' +
    'protocol that is not told is taken as TCP where there is a destination port. devTimeFormat is not read: the usual ' +
    'forms are recognised, without a zone as UTC. Documented by IBM, "Log Event Extended Format (LEEF)" version 2.',
  framing: 'line',
  maxRows: 1,
  isGeneric: true,
  // Formats that know the device are surer.
  sniff: (head) => 0.3 * sniffLines(head, claims),
  claims,
  open,
}

export default format
