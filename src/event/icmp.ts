import { Protocol } from './protocol.ts'

/** Replies and errors answer an earlier packet (RFC 792, RFC 950, RFC 4443, RFC 4620). */
const answers = new Uint8Array(256)
const answers6 = new Uint8Array(256)
for (const type of [0, 3, 4, 5, 11, 12, 14, 16, 18]) answers[type] = 1
for (const type of [1, 2, 3, 4, 129, 140, 145]) answers6[type] = 1

/** Requests and their replies, as Zeek and Community ID pair them. */
const counterparts = paired([8, 0], [13, 14], [15, 16], [17, 18], [10, 9])
const counterparts6 = paired([128, 129], [130, 131], [133, 134], [135, 136], [139, 140], [144, 145])

function paired(...pairs: readonly (readonly [number, number])[]): Int16Array {
  const types = new Int16Array(256).fill(-1)
  for (const [request, reply] of pairs) {
    types[request] = reply
    types[reply] = request
  }
  return types
}

/** Whether an ICMP message of this type answers another packet; false for every other protocol. */
export function isIcmpAnswer(protocol: number, type: number): boolean {
  if (protocol === Protocol.icmp) return answers[type] === 1
  return protocol === Protocol.icmp6 && answers6[type] === 1
}

/** The reply type of a request and the request type of a reply; -1 for one-way types. */
export function icmpCounterpart(protocol: number, type: number): number {
  return (protocol === Protocol.icmp6 ? counterparts6 : counterparts)[type] ?? -1
}
