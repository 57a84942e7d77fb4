import { serviceShape } from './service.ts'
import { signInShape } from './sign-in.ts'
import { z } from './zod.ts'

/** `serve:` of the configuration: how the service listens, what it takes, and how people sign in. */
export const serveSection = z.strictObject({ ...serviceShape, ...signInShape })
