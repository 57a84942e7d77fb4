import { z } from '../zod.ts'
import debug from './debug.ts'

/** The settings of one target: those of its kind. */
export const targetSettings = z.discriminatedUnion('kind', [debug])
