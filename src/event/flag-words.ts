import { Flag } from './protocol.ts'

const key = (text: string) => (text.charCodeAt(0) << 16) | (text.charCodeAt(1) << 8) | text.charCodeAt(2)
const flagWords = new Map([
  [key('FIN'), Flag.fin],
  [key('SYN'), Flag.syn],
  [key('RST'), Flag.rst],
  [key('PSH'), Flag.psh],
  [key('ACK'), Flag.ack],
  [key('URG'), Flag.urg],
  [key('ECE'), Flag.ece],
  [key('CWR'), Flag.cwr],
])

/** TCP flags of words with one byte between them (`SYN,ACK`, `RST-ACK`). */
export function flagsOf(bytes: Uint8Array, from: number, to: number): number {
  let flags = 0
  for (let i = from; i + 3 <= to; i += 4) {
    flags |= flagWords.get((bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!) ?? 0
  }
  return flags
}
