import { Hash, keyFrom } from '../../base/hash.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'

/**
 * The journal's rows grouped by source, each group in journal order (time order, unless clocks jumped).
 * Groups are numbered by first sight. Sources are compared whole, never by hash alone.
 */
export class SourceGroups {
  /** Journal rows, group after group. */
  readonly rows: Uint32Array
  /** `start[g] … start[g + 1]` are the rows of group g. */
  readonly start: Uint32Array
  readonly count: number

  /**
   * @param accepts which contacts are grouped
   * @param words how many of the source's address words tell groups apart: 4 = whole address, 2 = /64
   * @param lastMask mask of the last of those words: 0xffff0000 with two words is a /48
   */
  constructor(
    journal: AttemptJournal,
    accepts: (method: number, row: number) => boolean = (method) => method < MethodCode.response,
    words = 4,
    lastMask = 0xffffffff,
  ) {
    const rows = journal.length
    const group = new Int32Array(rows).fill(-1)
    const slots = new Int32Array(slotsFor(rows)).fill(-1)
    const sizes = new Uint32Array(rows)
    let count = 0
    // Keyed by all the addresses together: whoever chooses them cannot choose where they fall.
    const hash = new Hash(keyFrom(journal.address.subarray(0, 8 * rows)))
    const word = (row: number, w: number) =>
      w < words ? ((journal.address[8 * row + w] as number) & (w === words - 1 ? lastMask : 0xffffffff)) >>> 0 : 0
    for (let row = 0; row < rows; row++) {
      if (!accepts(journal.method[row] as number, row)) continue
      const a = word(row, 0)
      const b = word(row, 1)
      const c = word(row, 2)
      const d = word(row, 3)
      let slot = hash.of4(a, b, c, d) & (slots.length - 1)
      let first = slots[slot] as number
      while (
        first >= 0 &&
        !(word(first, 3) === d && word(first, 2) === c && word(first, 1) === b && word(first, 0) === a)
      ) {
        slot = (slot + 1) & (slots.length - 1)
        first = slots[slot] as number
      }
      if (first < 0) {
        slots[slot] = row
        group[row] = count
        sizes[count++] = 1
      } else {
        const g = group[first] as number
        group[row] = g
        sizes[g] = (sizes[g] as number) + 1
      }
    }
    this.count = count
    this.start = new Uint32Array(count + 1)
    for (let g = 0; g < count; g++) this.start[g + 1] = (this.start[g] as number) + (sizes[g] as number)
    this.rows = new Uint32Array(this.start[count] as number)
    const next = this.start.slice()
    for (let row = 0; row < rows; row++) {
      const g = group[row] as number
      if (g < 0) continue
      this.rows[next[g] as number] = row
      next[g] = (next[g] as number) + 1
    }
  }

  /** The rows of one group, sorted by time when `time` is given. */
  of(group: number, time?: Float64Array): Uint32Array {
    const rows = this.rows.subarray(this.start[group] as number, this.start[group + 1] as number)
    if (time && !isSorted(rows, time)) rows.sort((x, y) => (time[x] as number) - (time[y] as number) || x - y)
    return rows
  }
}

function isSorted(rows: Uint32Array, time: Float64Array): boolean {
  for (let i = 1; i < rows.length; i++) {
    if ((time[rows[i] as number] as number) < (time[rows[i - 1] as number] as number)) return false
  }
  return true
}

/** A power of two at least twice the rows: probing stays short. */
function slotsFor(rows: number): number {
  let slots = 1024
  while (slots < rows * 2) slots *= 2
  return slots
}
