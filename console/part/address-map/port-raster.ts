import { type Raster, rasterOf } from './raster.ts'
import type { Touches } from './touches.ts'

export type PortScale = 'ranked' | 'log'
export type PortAcross = 'time' | 'address'

/** The port axis: ports upwards, time or addresses to the right. */
export interface PortAxes {
  readonly raster: Raster
  /** Of each row, from the top: its lowest and highest port. */
  readonly rows: readonly { readonly low: number; readonly high: number }[]
  readonly scale: PortScale
  readonly across: PortAcross
}

const mostAcross = 512
const mostUp = 256
const highest = 65_535

/** @param inside of touch `i`, whether it is drawn */
export function portRaster(
  touches: Touches,
  inside: (i: number) => boolean,
  across: PortAcross,
  scale: PortScale,
): PortAxes {
  const { rowOf, rows } = scale === 'log' ? logRows() : rankedRows(touches, inside)
  const { columnOf, columns } = across === 'time' ? timeColumns(touches) : addressColumns(touches, inside)
  const raster = rasterOf(columns, rows.length, touches, (i) =>
    inside(i) ? (rowOf[touches.port[i] as number] as number) * columns + columnOf(i) : -1,
  )
  return { raster, rows, scale, across }
}

/** Each touched port has a row, the lowest at the bottom; of too many ports several share one. */
function rankedRows({ port, count }: Touches, inside: (i: number) => boolean) {
  const isTouched = new Uint8Array(highest + 1)
  for (let i = 0; i < count; i++) if (inside(i)) isTouched[port[i] as number] = 1
  const ports = Array.from(isTouched.keys()).filter((each) => isTouched[each] === 1)
  const up = Math.max(1, Math.min(mostUp, ports.length))
  const rowOf = new Uint16Array(highest + 1)
  const rows = Array.from({ length: up }, () => ({ low: highest, high: 0 }))
  ports.forEach((each, rank) => {
    const row = up - 1 - Math.floor((rank * up) / ports.length)
    rowOf[each] = row
    const known = rows[row] as { low: number; high: number }
    rows[row] = { low: Math.min(known.low, each), high: Math.max(known.high, each) }
  })
  return { rowOf, rows }
}

function logRows() {
  const rowOf = new Uint16Array(highest + 1)
  const rows = Array.from({ length: mostUp }, () => ({ low: highest, high: 0 }))
  for (let port = 0; port <= highest; port++) {
    const row = mostUp - 1 - Math.floor((Math.log2(Math.max(1, port)) / 16) * mostUp)
    rowOf[port] = row
    const known = rows[row] as { low: number; high: number }
    rows[row] = { low: Math.min(known.low, port), high: Math.max(known.high, port) }
  }
  return { rowOf, rows }
}

function timeColumns({ at, count }: Touches) {
  const first = at[0] ?? 0
  const span = Math.max(1e-6, (at[count - 1] ?? first) - first)
  const columns = Math.max(16, Math.min(mostAcross, count))
  const columnOf = (i: number) => Math.min(columns - 1, Math.floor((((at[i] as number) - first) / span) * columns))
  return { columnOf, columns }
}

/** Addresses by number, each touched one the same width. */
function addressColumns({ address, count }: Touches, inside: (i: number) => boolean) {
  const key = (i: number) => `${address[4 * i]} ${address[4 * i + 1]} ${address[4 * i + 2]} ${address[4 * i + 3]}`
  const first = new Map<string, number>()
  for (let i = 0; i < count; i++) if (inside(i) && !first.has(key(i))) first.set(key(i), i)
  const order = [...first].sort(([, x], [, y]) => {
    for (let word = 0; word < 4; word++) {
      const by = (address[4 * x + word] as number) - (address[4 * y + word] as number)
      if (by !== 0) return by
    }
    return 0
  })
  const rank = new Map(order.map(([name], place) => [name, place]))
  const columns = Math.max(1, Math.min(mostAcross, order.length))
  const columnOf = (i: number) => Math.floor(((rank.get(key(i)) ?? 0) * columns) / Math.max(1, order.length))
  return { columnOf, columns }
}
