import debug from './debug.ts'
import file from './file.ts'
import nftables from './nftables.ts'
import paloAlto from './palo-alto.ts'
import type { Sample } from './sample.ts'

/** One of every kind. */
export const samples: Readonly<Record<string, Sample>> = { debug, file, nftables, 'palo-alto': paloAlto }
