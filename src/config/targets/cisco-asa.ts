import type { CiscoAsaSettings } from '../../respond/target/cisco-asa.ts'
import { z } from '../zod.ts'

const file = z.string().min(1, 'is empty').nullable().default(null)

export default z.strictObject({
  kind: z.literal('cisco-asa'),
  directory: file,
  by: z.enum(['object-group', 'shun'], { error: 'is one of object-group, shun' }).default('object-group'),
  group: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,63}$/, 'is the name of an object-group: letters, digits and . _ -, at most 64')
    .default('SWEEPWATCH'),
  interface: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,47}$/, 'is the name of an interface: letters, digits and . _ -')
    .nullable()
    .default(null),
  shown: file,
}) satisfies z.ZodType<CiscoAsaSettings>
