import { z } from '../../config/zod.ts'
import { type Job, jobKinds, jobStates } from '../../store/job-store.ts'
import type { JobRunner } from './job-runner.ts'

export const jobView = z.object({
  id: z.int(),
  kind: z.enum(jobKinds),
  name: z.string(),
  bytes: z.int(),
  account: z.string(),
  state: z.enum(jobStates),
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  /** While it runs. */
  progress: z.object({ bytes: z.number(), total: z.number().optional(), events: z.number() }).nullable(),
  result: z
    .object({
      cases: z.array(z.object({ id: z.string(), title: z.string() })),
      casesOmitted: z.int(),
      scans: z.int(),
      events: z.int(),
      malformed: z.int(),
      warnings: z.array(z.string()),
    })
    .nullable(),
  problem: z.string().nullable(),
})

export function viewOf(job: Job, runner: JobRunner): z.input<typeof jobView> {
  return {
    ...job,
    result: job.result as z.input<typeof jobView>['result'],
    progress: runner.progressOf(job.id) ?? null,
  }
}
