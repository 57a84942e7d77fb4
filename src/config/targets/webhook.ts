import type { WebhookSettings } from '../../respond/target/webhook.ts'
import { z } from '../zod.ts'
import { remote } from './remote.ts'

const no = z.boolean().default(false)

export default z.strictObject({
  kind: z.literal('webhook'),
  ...remote,
  secretFile: z.string().min(1, 'is empty'),
  whole: no,
  receiver: z.strictObject({ expire: no, throttle: no, ports: no, direction: no }).prefault({}),
}) satisfies z.ZodType<WebhookSettings>
