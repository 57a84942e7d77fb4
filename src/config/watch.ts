import { secondsOf } from '../base/seconds.ts'
import { usualPeriods } from '../case/watch-list.ts'
import { z } from './zod.ts'

/** Ten years: a watch always ends. Seconds. */
const longest = 3650 * 86_400

const period = z.string({ error: 'write how long, such as 30d' }).transform((text, context) => {
  const seconds = secondsOf(text) ?? 0
  if (seconds < 3600 || seconds > longest) {
    context.addIssue({ code: 'custom', message: 'write how long, from 1h to 3650d: 30d, 26w' })
  }
  return seconds
})

/** `watch:` of the configuration: how long touched hosts, and what cases that are over are known by, are watched. Seconds once read. */
export const watchSection = z.strictObject({
  hosts: period.default(usualPeriods.hosts),
  sources: period.default(usualPeriods.sources),
})
