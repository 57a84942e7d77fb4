import type { EventBatch } from '../../event/batch.ts'
import { Text } from '../../event/texts.ts'
import { HostName } from './host-name.ts'
import { nameText } from './name-text.ts'
import { answerOf, Question, questionOf } from './question.ts'
import { ReverseName } from './reverse-name.ts'
import { Answer } from './targets.ts'

/** Where and when a query was logged. */
export interface Mention {
  readonly at: number
  readonly sensor: number
  readonly offset: number
  readonly length: number
  readonly protocol: number
}

/** A name that was answered. */
export interface LearnedName {
  readonly name: string
  readonly type: string
  /** What the answer was, where the log tells. */
  readonly answer?: string
}

/**
 * One query at a time, as a row of subject `dns` tells it.
 *
 * hot: no allocation per query.
 */
export class Query implements Mention {
  #batch!: EventBatch
  #row = 0
  question: number = Question.other
  answer: number = Answer.unknown
  /** The name: below in-addr.arpa or ip6.arpa, or of a host. */
  isReverse = false
  readonly reverse = new ReverseName()
  readonly host: HostName
  /** The name's bytes; `host` says where its parts end. */
  span: Uint8Array = new Uint8Array(0)
  from = 0
  at = 0
  sensor = 0
  offset = 0
  length = 0
  protocol = 0
  /** Slot of the client; set by the detector. */
  client = 0

  constructor(key: number) {
    this.host = new HostName(key)
  }

  /** Reads row `i`; false where it names no client or nothing that could be a name. */
  read(batch: EventBatch, i: number): boolean {
    const c = batch.column
    if (isForAll(c.dstPort[i]!) || (c.src3[i] === 0 && c.src2[i] === 0 && c.src1[i] === 0 && c.src0[i] === 0))
      return false
    this.#batch = batch
    this.#row = i
    this.answer = answerOf(batch, i)
    this.question = questionOf(batch, i)
    if (!batch.findText(i, Text.query)) return false
    const { span, from, to } = batch.texts
    this.span = span
    this.from = from
    this.isReverse = this.reverse.read(span, from, to)
    const isTransfer = this.question === Question.axfr || this.question === Question.ixfr
    if ((!this.isReverse || isTransfer) && !this.host.read(span, from, to)) return false
    this.at = c.time[i]!
    this.sensor = c.sensor[i]!
    this.offset = c.offset[i]!
    this.length = c.length[i]!
    this.protocol = c.protocol[i]!
    return true
  }

  copyServer(into: Uint32Array): void {
    const c = this.#batch.column
    into[0] = c.dst0[this.#row]!
    into[1] = c.dst1[this.#row]!
    into[2] = c.dst2[this.#row]!
    into[3] = c.dst3[this.#row]!
  }

  /** The record of the query, as it is now. Cold. */
  get mention(): Mention {
    const { at, sensor, offset, length, protocol } = this
    return { at, sensor, offset, length, protocol }
  }

  /** The name and its answer for people. Cold. */
  get learned(): LearnedName {
    const told = printed(this.#batch.textOf(this.#row, Text.answer))
    return {
      name: printed(this.#batch.textOf(this.#row, Text.query)),
      type: printed(this.#batch.textOf(this.#row, Text.queryType)).toUpperCase(),
      ...(told === '' ? {} : { answer: told }),
    }
  }
}

/** Multicast DNS, LLMNR and NetBIOS names: asked of everybody on the link, by every machine. */
function isForAll(port: number): boolean {
  return port === 5353 || port === 5355 || port === 137
}

function printed(text: string): string {
  const bytes = new TextEncoder().encode(text)
  return nameText(bytes, 0, bytes.length)
}
