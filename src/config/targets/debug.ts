import type { DebugSettings } from '../../respond/target/debug.ts'
import { z } from '../zod.ts'

export default z.strictObject({
  kind: z.literal('debug'),
  temper: z.enum(['accepts', 'already', 'fails'], { error: 'is one of accepts, already, fails' }).default('accepts'),
}) satisfies z.ZodType<DebugSettings>
