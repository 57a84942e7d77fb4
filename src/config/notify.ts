import type { ChannelSettings, NotifySettings } from '../notify/settings.ts'
import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')
const port = z.int().min(1).max(65_535)
const severity = z.enum(['low', 'medium', 'high', 'critical'], { error: 'is one of low, medium, high, critical' })
const address = z.email({ error: 'is no mail address' })

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  url: z.url({ protocol: /^https?$/, error: 'is no http or https URL' }),
  /** The secret that signs the messages; a file, so that the configuration can be shown. */
  secretFile: text,
  ca: text.nullable().default(null),
})

const email = z
  .strictObject({
    kind: z.literal('email'),
    host: text,
    port: port.optional(),
    tls: z.enum(['implicit', 'starttls', 'none'], { error: 'is one of implicit, starttls, none' }).default('starttls'),
    user: text.nullable().default(null),
    passwordFile: text.nullable().default(null),
    ca: text.nullable().default(null),
    from: address,
    to: z.array(address).min(1, 'give at least one receiver').max(50),
  })
  .refine(
    ({ user, passwordFile }) => (user === null) === (passwordFile === null),
    'give user and passwordFile, or neither',
  )
  .refine(({ tls, user }) => tls !== 'none' || user === null, 'a password is not sent without TLS')
  .transform((given) => ({ ...given, port: given.port ?? { implicit: 465, starttls: 587, none: 25 }[given.tls] }))

const syslog = z
  .strictObject({
    kind: z.literal('syslog'),
    transport: z.enum(['udp', 'tcp', 'tls'], { error: 'is one of udp, tcp, tls' }).default('udp'),
    host: text,
    port: port.optional(),
    ca: text.nullable().default(null),
  })
  .transform((given) => ({ ...given, port: given.port ?? { udp: 514, tcp: 601, tls: 6514 }[given.transport] }))

const channel: z.ZodType<ChannelSettings> = z.union([webhook, email, syslog], {
  error: 'write kind: webhook, email or syslog',
})
const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name is made of small letters, digits and hyphens')

/** `notify:` of the configuration. */
export const notify: z.ZodType<NotifySettings> = z.strictObject({
  group: z.number().min(0).max(3600).default(60),
  minimum: severity.default('low'),
  perHour: z.number().positive().max(3600).default(20),
  burst: z.int().min(1).max(100).default(5),
  attempts: z.int().min(1).max(100).default(12),
  link: z
    .url({ protocol: /^https?$/, error: 'is no http or https URL' })
    .nullable()
    .default(null),
  channels: z.record(name, channel),
})
