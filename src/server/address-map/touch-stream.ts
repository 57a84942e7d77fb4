import type { DatabaseSync } from 'node:sqlite'
import { packedTouches, type TouchIndex } from '../../store/scan-touches.ts'

/**
 * The lists of a case one after the other, each as it is kept (gzip, `store/touch-list.ts`) with its length in front (u32, little-endian):
 * the service unpacks and sorts nothing, however many touches there are.
 */
export function* touchBytes(database: DatabaseSync, { lists }: TouchIndex): Generator<Uint8Array> {
  for (const { scan } of lists) {
    const packed = packedTouches(database, scan)
    if (packed === undefined) continue
    const length = Buffer.alloc(4)
    length.writeUInt32LE(packed.length)
    yield length
    yield packed
  }
}
