import type { OpenC2Settings } from '../../respond/target/openc2.ts'
import { z } from '../zod.ts'
import { remote } from './remote.ts'

const file = z.string().min(1, 'is empty').nullable().default(null)
const word = z.string().regex(/^[\w.:-]{1,200}$/, 'is made of letters, digits and . : _ -')

export default z
  .strictObject({
    kind: z.literal('openc2'),
    ...remote,
    certFile: file,
    keyFile: file,
    tokenFile: file,
    actuator: z.strictObject({ hostname: word, named_group: word, asset_id: word }).partial().default({}),
  })
  .refine(
    ({ certFile, keyFile }) => (certFile === null) === (keyFile === null),
    'give certFile and keyFile, or neither',
  )
  .refine(
    ({ url, tokenFile }) => tokenFile === null || url.startsWith('https:'),
    'a token is not sent without TLS: write an https URL',
  ) satisfies z.ZodType<OpenC2Settings>
