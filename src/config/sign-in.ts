import { z } from './zod.ts'

/** Of `serve:` in the configuration: under which name the service is found, and how people sign in. */
export const signInShape = {
  /** Where people find it, if that is not where it listens: behind a proxy. */
  url: z.url({ protocol: /^https?$/, error: 'write a URL such as https://sweepwatch.example.org' }).optional(),
  sessions: z
    .strictObject({
      /** After which they sign in again, whatever they do. */
      hours: z.number().min(0.001).max(720).default(12),
      /** After which they sign in again where nobody was at it. */
      idleMinutes: z.number().min(0.05).max(1440).default(30),
    })
    .optional(),
}
