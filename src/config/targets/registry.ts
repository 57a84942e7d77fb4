import { z } from '../zod.ts'
import debug from './debug.ts'
import file from './file.ts'
import nftables from './nftables.ts'
import paloAlto from './palo-alto.ts'

/** The settings of one target: those of its kind. */
export const targetSettings = z.discriminatedUnion('kind', [debug, file, nftables, paloAlto])
