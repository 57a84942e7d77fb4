import { rules } from '../triage/rules.ts'
import { z } from './zod.ts'

const ruleIds = rules.map(({ id }) => id)

/** `decisions:` what a rule of the decision table decides here, or that it is off. */
export const decisions = z.partialRecord(
  z.enum(ruleIds as [string, ...string[]], { error: `is no rule; rules are ${ruleIds.join(', ')}` }),
  z.enum(['escalate', 'monitor', 'close', 'off'], { error: 'is one of escalate, monitor, close, off' }),
)

/** `organisation:` who reports, in outputs for others. */
export const organisation = z.strictObject({
  name: z.string().min(1, 'is empty'),
  /** Where the reader of an abuse report can answer. */
  contact: z.string().min(1, 'is empty').optional(),
  /** Numeric user id at DShield. */
  dshieldUser: z.int().min(0).optional(),
})
