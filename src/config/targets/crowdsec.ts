import type { CrowdSecSettings } from '../../respond/target/crowdsec.ts'
import { z } from '../zod.ts'
import { remote } from './remote.ts'

const file = z.string().min(1, 'is empty')

export default z.strictObject({
  kind: z.literal('crowdsec'),
  ...remote,
  machine: z.string().regex(/^[\w.-]{1,200}$/, 'is the name of a machine: letters, digits and . _ -'),
  passwordFile: file,
  keyFile: file,
}) satisfies z.ZodType<CrowdSecSettings>
