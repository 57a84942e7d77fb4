import type { PaloAltoSettings } from '../../respond/target/palo-alto.ts'
import { network } from '../network.ts'
import { z } from '../zod.ts'

const text = z.string().min(1, 'is empty')
const file = text.nullable().default(null)

const serve = z
  .strictObject({
    address: z.union([z.ipv4(), z.ipv6()], { error: 'is no address of this machine' }).default('127.0.0.1'),
    port: z.int().min(0).max(65_535),
    urlPath: z
      .string()
      .regex(/^\/[\w./-]{0,200}$/, 'begins with / and is made of letters, digits and . _ / -')
      .default('/list.txt'),
    allow: z.array(network).default([]),
    user: z
      .string()
      .regex(/^[\x21-\x39\x3b-\x7e]{1,64}$/, 'is made of letters and digits')
      .nullable()
      .default(null),
    passwordFile: file,
    certFile: file,
    keyFile: file,
  })
  .refine(
    ({ user, passwordFile }) => (user === null) === (passwordFile === null),
    'give user and passwordFile, or neither',
  )
  .refine(
    ({ certFile, keyFile }) => (certFile === null) === (keyFile === null),
    'give certFile and keyFile, or neither',
  )
  .refine(
    ({ certFile, user }) => user === null || certFile !== null,
    'a password is not taken without TLS: give certFile and keyFile',
  )

export default z.strictObject({
  kind: z.literal('palo-alto'),
  path: file,
  mostEntries: z.int().min(1).max(150_000, 'is at most 150000: no firewall takes more').default(50_000),
  serve: serve.nullable().default(null),
}) satisfies z.ZodType<PaloAltoSettings>
