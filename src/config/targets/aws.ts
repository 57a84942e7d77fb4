import type { AwsSettings } from '../../respond/target/aws.ts'
import { z } from '../zod.ts'

/** The last rule of every network ACL is 32767, which denies all. */
const number = z.int().min(1, 'is from 1 to 32766').max(32_766, 'is from 1 to 32766')

const networkAcl = z
  .strictObject({
    id: z.string().regex(/^acl-[0-9a-f]{8,32}$/, 'is no id of a network ACL: acl-0123456789abcdef0'),
    from: number,
    to: number,
    mostRules: z.int().min(1).max(40, 'is at most 40').default(20),
  })
  .refine(({ from, to }) => from <= to, '`from` is above `to`')

const ipSet = z.strictObject({
  name: z.string().regex(/^[\w-]{1,128}$/, 'is made of letters, digits and _ -'),
  id: z.string().regex(/^[\w-]{1,64}$/, 'is made of letters, digits and _ -'),
})

const ipSets = z.strictObject({
  scope: z.enum(['REGIONAL', 'CLOUDFRONT'], { error: 'is one of REGIONAL, CLOUDFRONT' }).default('REGIONAL'),
  v4: ipSet,
  v6: ipSet.nullable().default(null),
})

export default z
  .strictObject({
    kind: z.literal('aws'),
    directory: z.string().min(1, 'is empty').nullable().default(null),
    networkAcl: networkAcl.nullable().default(null),
    ipSets: ipSets.nullable().default(null),
  })
  .refine(
    ({ networkAcl: acl, ipSets: sets }) => acl !== null || sets !== null,
    'give networkAcl, ipSets or both',
  ) satisfies z.ZodType<AwsSettings>
