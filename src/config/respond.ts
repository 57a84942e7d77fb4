import { secondsOf } from '../base/seconds.ts'
import { hardLimits, usualLimits } from '../respond/guard/limits.ts'
import type { PolicyRule } from '../respond/plan/policy.ts'
import { rules } from '../triage/rules.ts'
import { network } from './network.ts'
import { targetSettings } from './targets/registry.ts'
import { z } from './zod.ts'

const text = z.string().min(1, 'is empty')
const name = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a name is made of small letters, digits and hyphens')
const ruleIds = rules.map(({ id }) => id)

/** A time such as `4h`, in seconds. */
function span(most: number, about: string) {
  return z.string().transform((given, context) => {
    const seconds = secondsOf(given)
    if (seconds === undefined || seconds < 1 || seconds > most) {
      context.addIssue({ code: 'custom', message: `write a time such as 4h or 7d, ${about}` })
    }
    return seconds ?? 1
  })
}

const days = (seconds: number) => `at most ${seconds / 86_400} days`
const whole = (least: number, most: number) => z.int().min(least).max(most)

const limits = z.strictObject({
  widest4: whole(hardLimits.widest4, 32).default(usualLimits.widest4),
  widest6: whole(hardLimits.widest6, 128).default(usualLimits.widest6),
  mostBlocks: whole(1, hardLimits.mostBlocks).default(usualLimits.mostBlocks),
  first: span(hardLimits.first, days(hardLimits.first)).default(usualLimits.first),
  factor: z.number().min(1).max(hardLimits.factor).default(usualLimits.factor),
  longest: span(hardLimits.longest, days(hardLimits.longest)).default(usualLimits.longest),
  unconfirmed: span(hardLimits.unconfirmed, 'at most 4 hours').default(usualLimits.unconfirmed),
})

const automatic: z.ZodType<PolicyRule> = z.strictObject({
  name,
  decisions: z
    .array(z.enum(ruleIds as [string, ...string[]], { error: `is no rule; rules are ${ruleIds.join(', ')}` }))
    .min(1, 'name the rules of the decision table it is for'),
  confidence: z.number().min(0.5).max(1).default(0.9),
  measures: z.array(z.enum(['block', 'throttle'])).default(['block', 'throttle']),
  most: whole(1, 1000).default(16),
  longest: span(hardLimits.longest, days(hardLimits.longest)).default(usualLimits.first),
  withoutHistory: z.boolean().default(false),
})

const networks = z.array(network).default([])

/** `respond:` of the configuration: where sources are contained, who approves, and what must never be. */
export const respondSection = z.strictObject({
  /** Without it, and without `--enforce`, everything is a dry run. */
  enforce: z.boolean().default(false),
  /** People who have to approve a plan. */
  approvals: whole(1, 5).default(1),
  targets: z
    .record(name, targetSettings, { error: 'a target is called by small letters, digits and hyphens, and has a kind' })
    .default({}),
  /** Never blocked, beside our networks, the allowlist, partners, and this machine's own addresses, gateways and name servers. */
  protect: z
    .strictObject({ gateways: networks, management: networks, dns: networks, others: networks })
    .default({ gateways: [], management: [], dns: [], others: [] }),
  limits: limits.prefault({}),
  /** What a throttle lets through, packets a second for each source. */
  throttle: z
    .strictObject({ perSecond: whole(1, 1_000_000), burst: whole(1, 1_000_000) })
    .default({ perSecond: 10, burst: 20 }),
  /** Absent: what comes from a source, and both ways where a system of ours opened connections to it. */
  direction: z.enum(['in', 'out', 'both'], { error: 'is one of in, out, both' }).optional(),
  /** Sources of `watch`, by name, that stand before and behind the enforcement point. */
  proof: z
    .strictObject({ before: z.array(text).default([]), behind: z.array(text).default([]) })
    .default({ before: [], behind: [] }),
  /** Rules by which plans are approved without a person; none: never. */
  automatic: z.array(automatic).max(32).default([]),
})

export type RespondSettings = z.infer<typeof respondSection>
