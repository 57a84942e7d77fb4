import type { LineFormat } from './format.ts'
import { type Member, Mix } from './members.ts'

/** Lines that formats are shown to find out whether several of them write to an input. */
const mostLines = 200
const stamped = /^(<\d{1,3}>(1 )?)?:?([A-Z][a-z]{2} [ \d]\d [\d: ]{8,13}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d)/
/** Surer than any single format: none of them can read all of it. */
const several = 2
const plain = 0.05

/** A log that several programs and devices write to: a syslog server's file, a socket. */
export function mixOf(members: readonly Member[]): LineFormat {
  return {
    id: 'syslog',
    title: 'Syslog of several programs and devices',
    about:
      'Lines with or without a syslog header (RFC 3164, RFC 5424 and what devices make of them), each read as the format ' +
      'that claims it; lines that none claims are ignored. `sweepwatch formats` lists the formats; each row says which it was.',
    framing: 'line',
    maxRows: Math.max(...members.map(({ format }) => format.maxRows)),
    sniff: (head) => sniffMix(members, head),
    open(context) {
      const mix = new Mix(members, context)
      return (bytes, from, to, batch) => mix.decode(bytes, from, to, batch)
    },
  }
}

function sniffMix(members: readonly Member[], head: Uint8Array): number {
  const claimed = new Set<Member>()
  let from = 0
  for (let line = 0; line < mostLines && from < head.length; line++) {
    const newline = head.indexOf(10, from)
    const to = newline < 0 ? head.length : newline
    const owner = members.find(({ format }) => format.claims!(head, from, to))
    if (owner) claimed.add(owner)
    if (claimed.size > 1) return several
    from = to + 1
  }
  const first = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 64)).toString('latin1')
  return stamped.test(first) ? plain : 0
}
