import type { PfSettings } from '../../respond/target/pf.ts'
import { z } from '../zod.ts'
import { command } from './command.ts'

const word = /^[A-Za-z][A-Za-z0-9_-]*$/

export default z.strictObject({
  kind: z.literal('pf'),
  command: command(['pfctl']),
  // PF_TABLE_NAME_SIZE is 32, with its end; `_out` needs four.
  table: z.string().max(27).regex(word, 'is no name of a table').default('sweepwatch'),
  anchor: z
    .string()
    .max(200)
    .regex(/^[A-Za-z][A-Za-z0-9_/-]*$/, 'is no name of an anchor')
    .nullable()
    .default(null),
}) satisfies z.ZodType<PfSettings>
