import { size } from './archive.ts'
import { network } from './network.ts'
import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')
const log = z.enum(['error', 'warn', 'info', 'debug'], { error: 'is one of error, warn, info, debug' })

const uploads = z.strictObject({
  /** Of one file. */
  maxBytes: size.default(2e9),
  /** Of all that are kept. */
  quota: size.default(20e9),
  /** Free space that an upload leaves on the disk. */
  leaveFree: size.default(1e9),
  /** After so many days what was sent is removed. */
  keepDays: z.int().min(1).max(3650).default(30),
  /** How many are analysed at once. */
  atOnce: z.int().min(1).max(8).default(1),
  /** How many may wait. */
  waiting: z.int().min(1).max(1000).default(50),
  /** An analysis that takes longer is ended. */
  minutes: z.int().min(1).max(1440).default(60),
  /** Memory of an analysis. */
  megabytes: z.int().min(256).max(1_000_000).default(4096),
})

/** Of `serve:` in the configuration: how the service listens, what runs in it, and what it takes. */
export const serviceShape = {
  /** 127.0.0.1:8420 where it is not told. */
  listen: z
    .string()
    .regex(/^(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}$/, 'is no address and port: 127.0.0.1:8420')
    .optional(),
  /** PEM files. */
  tls: z.strictObject({ cert: text, key: text }).optional(),
  /** Proxies in front, whose X-Forwarded-For is believed. */
  trustProxy: z.array(network).default([]),
  log: log.default('info'),
  /** TCP connections at once. */
  connections: z.int().min(10).max(100_000).default(2000),
  /** Whether what `sources` and `respond` say runs beside the API. */
  engine: z.boolean({ error: 'is true or false' }).default(true),
  uploads: uploads.prefault({}),
}

const service = z.object(serviceShape)
export type ServiceSettings = z.output<typeof service>

/** What holds where the configuration has no `serve:`. */
export function serviceSettings(given: ServiceSettings | undefined): ServiceSettings {
  return given ?? service.parse({})
}
