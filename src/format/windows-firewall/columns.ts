import { ascii, startsWith } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'

/** The columns that are read, by the names of the `#Fields` line. */
const columns = new WordTable([
  'date',
  'time',
  'action',
  'protocol',
  'src-ip',
  'dst-ip',
  'src-port',
  'dst-port',
  'size',
  'tcpflags',
  'tcpsyn',
  'tcpack',
  'tcpwin',
  'icmptype',
  'icmpcode',
  'path',
  'pid',
])

export const Column = {
  date: 0,
  time: 1,
  action: 2,
  protocol: 3,
  src: 4,
  dst: 5,
  srcPort: 6,
  dstPort: 7,
  size: 8,
  flags: 9,
  seq: 10,
  ack: 11,
  window: 12,
  icmpType: 13,
  icmpCode: 14,
  path: 15,
  process: 16,
} as const
const count = 17

export const fieldsKey = ascii('#Fields:')
/** Windows writes these, in this order, since XP; `pid` since Windows 10. A log that was rotated may have no header. */
const usual = ascii(
  'date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path pid',
)
const space = 32

/** Where each column stands in a line: plain data. */
export type Places = number[]

export function usualPlaces(): Places {
  return placesOf(usual, 0, usual.length)
}

/** The places that a line's `#Fields` names, undefined for other lines. */
export function placesOfLine(bytes: Uint8Array, from: number, to: number): Places | undefined {
  return startsWith(bytes, from, to, fieldsKey) ? placesOf(bytes, from + fieldsKey.length, to) : undefined
}

function placesOf(bytes: Uint8Array, from: number, to: number): Places {
  const places: Places = new Array<number>(count).fill(-1)
  let field = 0
  for (let at = from; at < to; ) {
    let end = at
    while (end < to && bytes[end] !== space && bytes[end] !== 13) end++
    if (end > at) {
      const column = columns.place(bytes, at, end)
      if (column >= 0) places[column] = field
      field++
    }
    at = end + 1
  }
  return places
}
