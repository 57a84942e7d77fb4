import type { NftablesSettings } from '../../respond/target/nftables.ts'
import { z } from '../zod.ts'
import { command } from './command.ts'

export default z.strictObject({
  kind: z.literal('nftables'),
  command: command(['nft']),
}) satisfies z.ZodType<NftablesSettings>
