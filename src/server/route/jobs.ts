import { mayAct } from '../../account/role.ts'
import { Problem } from '../../base/problem.ts'
import { z } from '../../config/zod.ts'
import { type Job, JobStore } from '../../store/job-store.ts'
import { jobView, viewOf } from '../job/job-view.ts'
import type { Site } from '../site.ts'
import { type RouteGroup, route } from './route.ts'

const mostShown = 200
const one = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })
const jobList = z.object({ jobs: z.array(jobView) })
export type JobList = z.infer<typeof jobList>

export default {
  name: 'jobs',
  about: 'What the service works on beside its sources.',
  routes: [
    route({
      id: 'listJobs',
      method: 'GET',
      path: '/api/jobs',
      about: `The newest ${mostShown} jobs, the newest in front.`,
      role: 'viewer',
      response: jobList,
      handle: ({ site }) => ({
        jobs: new JobStore(site.cases.database).newest(mostShown).map((job) => viewOf(job, site.jobs)),
      }),
    }),
    route({
      id: 'job',
      method: 'GET',
      path: '/api/jobs/{id}',
      about: 'One job: how far it is, and what came of it.',
      role: 'viewer',
      params: one,
      response: jobView,
      handle: ({ site, params }) => viewOf(jobOf(site, params.id), site.jobs),
    }),
    route({
      id: 'cancelJob',
      method: 'POST',
      path: '/api/jobs/{id}/cancel',
      about: 'Ends a job; nothing of it is kept. Who sent the file may, and admins.',
      role: 'analyst',
      params: one,
      response: z.object({ cancelled: z.literal(true) }),
      handle: ({ site, actor, params }) => {
        const { account } = jobOf(site, params.id)
        if (account !== actor.name && !mayAct(actor.role, 'admin')) {
          throw new Problem('not-allowed', 'only who sent the file, or an admin, ends its job')
        }
        site.jobs.cancel(params.id, actor.name)
        return { cancelled: true as const }
      },
    }),
  ],
} satisfies RouteGroup

function jobOf(site: Site, id: number): Job {
  const job = new JobStore(site.cases.database).job(id)
  if (job === undefined) throw new Problem('no-such-job', `there is no job ${id}`)
  return job
}
