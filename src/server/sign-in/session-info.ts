import { roles } from '../../account/role.ts'
import { z } from '../../config/zod.ts'

/** What a browser is told of its session. */
export const sessionInfo = z.object({
  name: z.string(),
  role: z.enum(roles),
  /** To be sent as `x-csrf-token` with every change. */
  csrf: z.string(),
})
export type SessionInfo = z.infer<typeof sessionInfo>
