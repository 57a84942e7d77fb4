/**
 * State that can be put aside at any moment and taken up again, by itself or by a twin of the same sizes. A snapshot is plain data
 * (typed arrays, numbers, texts, lists, maps) and may share memory with what it was taken of: copy it before that goes on.
 */
export interface Resumable<State> {
  snapshot(): State
  resume(state: State): void
}

type Table = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** Fills tables with those of a snapshot. Throws a `RangeError` where the sizes differ: the state is of another build or setting. */
export function fillTables(tables: readonly Table[], from: readonly Table[]): void {
  if (tables.length !== from.length) throw new RangeError(`${from.length} tables, not ${tables.length}`)
  for (const [k, table] of tables.entries()) {
    const given = from[k] as Table
    if (given.length !== table.length) throw new RangeError(`table ${k} holds ${given.length}, not ${table.length}`)
    table.set(given)
  }
}
