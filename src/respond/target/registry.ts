import type { TargetKind } from '../respond.ts'
import debug from './debug.ts'
import file from './file.ts'
import nftables from './nftables.ts'
import paloAlto from './palo-alto.ts'

/** Every kind of target. Each takes the settings that the schema of the same name in the configuration makes. */
export const targetKinds: readonly TargetKind<never>[] = [debug, file, nftables, paloAlto]
