import type { BgpFlowspecSettings } from '../../respond/target/bgp-flowspec.ts'
import { z } from '../zod.ts'

export default z.strictObject({
  kind: z.literal('bgp-flowspec'),
  pipe: z
    .string()
    .regex(/^\/[^\0]*\.in$/, 'is the whole path of the named pipe that ExaBGP reads, and ends in .in')
    .default('/run/exabgp/exabgp.in'),
  packetBytes: z.int().min(20).max(65_535).default(1500),
  mostFlows: z.int().min(1).max(1_000_000).default(1000),
}) satisfies z.ZodType<BgpFlowspecSettings>
