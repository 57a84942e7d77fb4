import { randomBytes } from 'node:crypto'
import { Gathered } from '../bytes.ts'
import type { Talk } from '../service/service.ts'
import { type Protection, plain } from './protection.ts'
import { string, u32 } from './wire.ts'

const mostPackets = 200
const disconnect = 1

/** Packets in both directions (RFC 4253 section 6). */
export class Transport {
  readonly #talk: Talk
  readonly #input = new Gathered(72_000)
  #in: Protection = plain
  #out: Protection = plain
  #sequenceIn = 0
  #sequenceOut = 0
  #packets = 0

  constructor(talk: Talk) {
    this.#talk = talk
  }

  /** @returns the payloads of whole packets, one at a time: what one says may change how the next is read */
  *received(bytes: Buffer): Generator<Buffer> {
    if (!this.#input.add(bytes)) throw new Error('more than an SSH client says')
    for (;;) {
      const opened = this.#in.open(this.#sequenceIn, this.#input.bytes)
      if (opened === undefined) return
      this.#input.take(opened.taken)
      this.#sequenceIn = (this.#sequenceIn + 1) >>> 0
      if (++this.#packets > mostPackets) throw new Error('more packets than an SSH client sends')
      const { packet } = opened
      const padding = packet[0] as number
      if (padding + 2 > packet.length) throw new Error('an SSH packet that is all padding')
      yield packet.subarray(1, packet.length - padding)
    }
  }

  send(payload: Buffer): void {
    const { block, countsLength } = this.#out
    const before = (countsLength ? 5 : 1) + payload.length
    const padding = block - (before % block)
    const filled = padding < 4 ? padding + block : padding
    const packet = Buffer.concat([
      u32(1 + payload.length + filled),
      Buffer.from([filled]),
      payload,
      randomBytes(filled),
    ])
    this.#talk.send(this.#out.seal(this.#sequenceOut, packet))
    this.#sequenceOut = (this.#sequenceOut + 1) >>> 0
  }

  /** New keys hold from the next packet on; with strict key exchange the numbers start anew. */
  protectOut(protection: Protection, isStrict: boolean): void {
    this.#out = protection
    if (isStrict) this.#sequenceOut = 0
  }

  protectIn(protection: Protection, isStrict: boolean): void {
    this.#in = protection
    if (isStrict) this.#sequenceIn = 0
  }

  /** @param code of RFC 4253 section 11.1 */
  disconnect(code: number, text: string): void {
    this.send(Buffer.concat([Buffer.from([disconnect]), u32(code), string(text), string('')]))
    this.#talk.end()
  }
}
