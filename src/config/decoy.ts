import { parseAddress } from '../base/address.ts'
import { serviceIds } from '../decoy/service/service.ts'
import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')
const address = z.string().refine((word) => parseAddress(word) !== undefined, { error: 'is no address' })
const port = z.int().min(1).max(65_535)
const banner = z.string().regex(/^[\x20-\x7e]{1,200}$/, 'is one line of at most 200 printable characters')
const most = (limit: number) => z.int().min(1).max(limit).optional()

/** `decoy:` of the configuration: what `sweepwatch decoy` pretends to be, and what it may take. */
export const decoySection = z.strictObject({
  /** Where its log, captures and identity are kept. */
  directory: text.optional(),
  /** Addresses it listens to. */
  listen: z.array(address).optional(),
  /** Services by name: `false`, or their ports. A service that is not named is there, on its usual ports. */
  services: z
    .partialRecord(
      z.enum([...serviceIds, 'any']),
      z.union([z.literal(false), z.array(port).min(1)], { error: 'is false or a list of ports' }),
    )
    .default({}),
  /** Whom it becomes when root starts it. */
  user: text.optional(),
  /** Files of addresses in use, which are never redirected. */
  used: z.array(text).default([]),
  /** What all addresses pretend to be; absent: drawn for each. */
  family: z.enum(['linux', 'windows'], { error: 'is linux or windows' }).optional(),
  /** What services say instead of what was drawn. */
  banners: z
    .strictObject({
      ssh: banner.regex(/^SSH-2\.0-./, 'begins with SSH-2.0-').optional(),
      telnet: banner.optional(),
      ftp: banner.regex(/^220 /, 'begins with 220').optional(),
      http: banner.optional(),
      mysql: banner.optional(),
      redis: banner.optional(),
      vnc: banner.regex(/^RFB 003\.00[378]$/, 'is RFB 003.003, 003.007 or 003.008').optional(),
      sip: banner.optional(),
    })
    .optional(),
  limits: z
    .strictObject({
      sessions: most(10_000),
      perSource: most(10_000),
      seconds: most(3600),
      idleSeconds: most(600),
      bytes: most(1_048_576),
      logins: most(1000),
      captures: most(1_000_000),
      captureBytes: most(1e12),
      logBytes: most(1e11),
      logFiles: most(1000),
    })
    .optional(),
})
