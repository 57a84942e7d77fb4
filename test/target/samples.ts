import debug from './debug.ts'
import type { Sample } from './sample.ts'

/** One of every kind. */
export const samples: Readonly<Record<string, Sample>> = { debug }
