import type { FileSettings } from '../../respond/target/file.ts'
import { z } from '../zod.ts'

export default z.strictObject({
  kind: z.literal('file'),
  path: z.string().min(1, 'is empty'),
  ports: z.boolean().default(false),
  comments: z.boolean().default(true),
  bare: z.boolean().default(false),
  mostEntries: z.int().min(1).max(1_000_000, 'is at most 1000000').default(500_000),
}) satisfies z.ZodType<FileSettings>
