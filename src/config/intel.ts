import { listColumns } from '../intel/format/format.ts'
import { listFormats } from '../intel/format/registry.ts'
import type { IntelMeaning } from '../intel/intel.ts'
import { meanings } from '../intel/list/entry.ts'
import type { IntelSettings, ServiceSettings } from '../intel/settings.ts'
import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')
const url = z.url({ protocol: /^https?$/, error: 'is no http or https URL' })
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
/** What a record says of a key that is no name. */
const nameless = {
  error: ({ code }: { readonly code: string }) =>
    code === 'invalid_key' ? 'a name is made of small letters, digits and hyphens' : undefined,
}
const share = z.number().min(0, 'is from 0 to 1').max(1, 'is from 0 to 1')
const days = z.number().positive('is a number of days').max(36_500, 'is at most 36500 days')
const meaning = z.enum(meanings as [IntelMeaning, ...IntelMeaning[]], { error: `is one of ${meanings.join(', ')}` })
const formatIds = listFormats.map(({ id }) => id)
const keyFile = text.nullable().default(null)

const auth = z.union(
  [
    z.strictObject({ user: text, passwordFile: text }),
    z.strictObject({ tokenFile: text }),
    z.strictObject({ header: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is no name of a header'), keyFile: text }),
  ],
  { error: 'write {user: …, passwordFile: …}, {tokenFile: …} or {header: …, keyFile: …}' },
)

const list = z
  .strictObject({
    /** A file, or a directory of which every file is a list (a MISP feed too). */
    path: text.nullable().default(null),
    /** `sweepwatch intel fetch` brings it into `directory`. */
    url: url.nullable().default(null),
    taxii: z.strictObject({ server: url, collection: text }).nullable().default(null),
    auth: auth.nullable().default(null),
    means: meaning.nullable().default(null),
    confidence: share.default(0.8),
    halfLife: days.nullable().default(null),
    actor: text.nullable().default(null),
    format: z
      .string()
      .refine((id) => formatIds.includes(id), { error: `is one of ${formatIds.join(', ')}` })
      .nullable()
      .default(null),
    columns: z
      .partialRecord(z.enum(listColumns as [(typeof listColumns)[number]]), z.coerce.string(), {
        error: ({ code }: { readonly code: string }) =>
          code === 'unrecognized_keys' ? `may name ${listColumns.join(', ')}` : undefined,
      })
      .default({}),
  })
  .refine(
    (given) => [given.path, given.url, given.taxii].filter((each) => each !== null).length === 1,
    'give one of path, url and taxii',
  )
  .refine(({ path, auth: told }) => path === null || told === null, 'auth is for url and taxii')

const limits = (perHour: number, burst: number) => ({
  perHour: z.number().positive().max(36_000).default(perHour),
  burst: z.int().min(1).max(1000).default(burst),
  timeout: z.number().positive().max(60, 'is at most 60 seconds').default(5),
  keep: z.number().min(0).max(8760, 'is at most a year, in hours').default(24),
})

/** By default about what free accounts may ask: 50 times a week (GreyNoise), 1000 times a day (AbuseIPDB). */
const service: z.ZodType<ServiceSettings> = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('greynoise'), url: url.nullable().default(null), keyFile, ...limits(0.3, 20) }),
    z.strictObject({
      kind: z.literal('abuseipdb'),
      url: url.nullable().default(null),
      keyFile: text,
      ...limits(40, 40),
    }),
    z.strictObject({
      kind: z.literal('json'),
      url: url.refine((given) => given.includes('{address}'), 'must hold {address}'),
      keyFile,
      keyHeader: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,64}$/, 'is no name of a header')
        .default('Authorization'),
      keyPrefix: z.string().max(20).default('Bearer '),
      means: meaning.default('malicious'),
      meaningOf: z.record(z.string(), meaning).default({}),
      fields: z
        .strictObject({
          known: text.optional(),
          means: text.optional(),
          name: text.optional(),
          confidence: text.optional(),
          firstSeen: text.optional(),
          lastSeen: text.optional(),
          validUntil: text.optional(),
        })
        .default({}),
      scale: z.number().positive().default(1),
      ...limits(60, 20),
    }),
  ],
  { error: 'write kind: greynoise, abuseipdb or json' },
)

/** `intel:` of the configuration. */
export const intelSection: z.ZodType<IntelSettings> = z
  .strictObject({
    directory: text.nullable().default(null),
    lists: z.record(name, list, nameless).default({}),
    databases: z.union([text.transform((file) => [file]), z.array(text)]).default([]),
    halfLife: z.partialRecord(meaning, days).default({}),
    reverseDns: z.union([z.boolean(), text], { error: 'is true, false or the address of a resolver' }).default(false),
    services: z.record(name, service, nameless).default({}),
  })
  .refine(
    ({ directory, lists }) => directory !== null || Object.values(lists).every(({ path }) => path !== null),
    'give `directory`, into which lists are fetched',
  )
