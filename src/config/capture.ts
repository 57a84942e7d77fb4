import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')

/** `capture:` of the configuration: where packets are kept, and how new ones are captured. */
export const captureSection = z.strictObject({
  /** Rolling directories, or files, of pcap and pcapng. */
  paths: z.union([text.transform((path) => [path]), z.array(text)]).default([]),
  /** Where indexes of them are kept; absent: the user's cache directory. */
  index: text.optional(),
  /** The interface that `case capture` listens to. */
  interface: text.optional(),
  /** How long a capture for a case runs, and how large it gets, at most. */
  seconds: z.int().min(1).max(86_400, 'at most a day').default(600),
  megabytes: z.int().min(1).max(1_000_000).default(500),
})
