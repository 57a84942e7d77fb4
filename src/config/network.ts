import { parsePrefix } from '../base/prefix.ts'
import { z } from './zod.ts'

/** An address or a network. */
export const network = z.string().refine((text) => parsePrefix(text) !== undefined, {
  error: (issue) => `${JSON.stringify(issue.input)} is no network (write 192.0.2.0/24 or 2001:db8::/32)`,
})
