import { z } from '../zod.ts'

/** Settings of targets that are asked over HTTP. */
export const remote = {
  url: z
    .url({ protocol: /^https?$/, error: 'is no http or https URL' })
    .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'holds a name or password: it belongs into a file'),
  caFile: z.string().min(1, 'is empty').nullable().default(null),
  timeout: z.number().positive().max(60, 'is at most 60 seconds').default(10),
}
