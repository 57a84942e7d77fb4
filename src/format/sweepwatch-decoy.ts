import { ascii, equals, find, readPort, startsWith } from '../base/ascii.ts'
import { readIso } from '../base/ascii-time.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import { type EventBatch, Outcome, Subject } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { beginLogged, undoLogged } from '../event/logged-row.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { Text, type TextField } from '../event/texts.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Field, layout } from './sweepwatch-decoy/fields.ts'

/** Every line begins so. */
const beginning = ascii('{"decoy":"')
const eventKey = ascii('","event":"')
const longestHead = 64
const touch = ascii('touch')
const login = ascii('login')
const yes = ascii('true')

/** A row has room for so many texts; what says most stands first. */
const touchTexts: readonly (readonly [TextField, number])[] = [
  [Text.application, Field.service],
  [Text.user, Field.user],
  [Text.httpMethod, Field.method],
  [Text.uri, Field.uri],
  [Text.host, Field.host],
  [Text.userAgent, Field.userAgent],
  [Text.ja3, Field.ja3],
  [Text.ja4, Field.ja4],
  [Text.serverName, Field.serverName],
  [Text.hassh, Field.hassh],
  [Text.clientBanner, Field.clientBanner],
  [Text.serverBanner, Field.serverBanner],
  [Text.message, Field.message],
]
const loginTexts: readonly (readonly [TextField, number])[] = [
  [Text.process, Field.service],
  [Text.user, Field.user],
  [Text.password, Field.password],
]

/** Hot: nothing is allocated. */
class DecoyLog {
  readonly #fields = new JsonFields(layout)
  readonly #time = new Float64Array(1)

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (!claims(bytes, from, to)) return Decoded.ignored
    if (this.#fields.scan(bytes, from, to) === Scan.malformed) {
      batch.reason = 'not a JSON object'
      return Decoded.malformed
    }
    const isTouch = this.#is(bytes, Field.event, touch)
    // Who was gone before the connection was taken left no address.
    if ((!isTouch && !this.#is(bytes, Field.event, login)) || this.#fields.from[Field.src]! < 0) return Decoded.ignored
    return this.#row(bytes, batch, isTouch) ? Decoded.event : Decoded.malformed
  }

  #row(bytes: Uint8Array, batch: EventBatch, isTouch: boolean): boolean {
    const { from, to } = this.#fields
    if (from[Field.time]! < 0 || readIso(bytes, from[Field.time]!, to[Field.time]!, this.#time, 0) < 0) {
      batch.reason = 'no readable time'
      return false
    }
    const i = beginLogged(batch, isTouch ? Subject.canary : Subject.auth, this.#time)
    const c = batch.column
    if (!readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)) return undoLogged(batch, 'no readable src')
    // The decoy's own address, told for want of another, is none that was touched.
    if (!this.#is(bytes, Field.unknown, yes)) {
      if (!readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i))
        return undoLogged(batch, 'no readable dst')
      c.dstPort[i] = this.#port(bytes, Field.dstPort)
    }
    c.srcPort[i] = this.#port(bytes, Field.srcPort)
    const transport =
      from[Field.transport]! < 0 ? -1 : readProtocol(bytes, from[Field.transport]!, to[Field.transport]!)
    if (transport < 0) return undoLogged(batch, 'no readable transport')
    c.protocol[i] = transport
    c.outcome[i] = isTouch ? this.#outcome(bytes) : Outcome.refused
    const texts = isTouch ? touchTexts : loginTexts
    for (let k = 0; k < texts.length; k++) this.#text(bytes, batch, i, texts[k]![0], texts[k]![1])
    if (isTouch && from[Field.message]! < 0) this.#text(bytes, batch, i, Text.message, Field.text)
    return true
  }

  /** Behind a redirect nothing lives: that the decoy answers in its place makes no host of it. */
  #outcome(bytes: Uint8Array): number {
    return this.#is(bytes, Field.redirected, yes) ? Outcome.unanswered : Outcome.established
  }

  #is(bytes: Uint8Array, field: number, word: Uint8Array): boolean {
    const { from, to } = this.#fields
    return (
      from[field]! >= 0 && to[field]! - from[field]! === word.length && equals(bytes, from[field]!, to[field]!, word)
    )
  }

  #port(bytes: Uint8Array, field: number): number {
    const { from, to } = this.#fields
    return from[field]! < 0 ? 0 : Math.max(0, readPort(bytes, from[field]!, to[field]!))
  }

  #text(bytes: Uint8Array, batch: EventBatch, i: number, field: TextField, of: number): void {
    const { from, to } = this.#fields
    if (from[of]! >= 0) batch.jsonText(i, field, bytes, from[of]!, to[of]!)
  }
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, from + longestHead)
  return startsWith(bytes, from, to, beginning) && find(bytes, from, end, eventKey) > 0
}

function open(_context: FormatContext): Decode {
  const log = new DecoyLog()
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'sweepwatch-decoy',
  title: 'Sweepwatch decoys',
  about:
    'The log of `sweepwatch decoy`, one JSON object a line: a touch is a canary, what named an account is a login that was ' +
    'refused. A touch of an address that is not in use (redirected) counts as unanswered, since nothing lives there. Touches ' +
    'without a source are ignored; a target that the kernel did not tell is left out. Documented in docs/decoys.md.',
  blind: ['what did not reach the decoys'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
