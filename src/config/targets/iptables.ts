import type { IptablesSettings } from '../../respond/target/iptables.ts'
import { z } from '../zod.ts'
import { command } from './command.ts'

export default z.strictObject({
  kind: z.literal('iptables'),
  command: command([]),
  variant: z.enum(['default', 'nft', 'legacy'], { error: 'is one of default, nft, legacy' }).default('default'),
}) satisfies z.ZodType<IptablesSettings>
