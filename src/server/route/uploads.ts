import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { network } from '../../config/network.ts'
import { serviceSettings } from '../../config/service.ts'
import { z } from '../../config/zod.ts'
import { jobView, viewOf } from '../job/job-view.ts'
import { receive } from '../upload/receive.ts'
import { type RouteGroup, route } from './route.ts'

export default {
  name: 'uploads',
  about: 'Captures, logs and scanner reports that people send.',
  routes: [
    route({
      id: 'upload',
      method: 'POST',
      path: '/api/uploads',
      about: 'Takes a file as it is (application/octet-stream) and has it analysed as a job.',
      role: 'analyst',
      query: z.object({
        /** As the sender calls it. */
        name: z.string().min(1).max(255),
        /** Our network, where the configuration does not say it or says another. */
        net: network.optional(),
      }),
      body: 'stream',
      response: jobView,
      handle: async ({ raw, query, site, actor, note }) => {
        await site.jobs.mustHaveRoom()
        const limits = serviceSettings((await site.config()).serve).uploads
        const received = await receive(raw, site.jobs.folder, query.name, limits)
        note({ name: query.name, bytes: received.bytes })
        const options = query.net === undefined ? {} : { net: [query.net] }
        const job = { kind: 'records', name: query.name, options, account: actor.name, ...received } as const
        try {
          return viewOf(await site.jobs.add(job), site.jobs)
        } catch (error) {
          await rm(join(site.jobs.folder, received.file), { force: true })
          throw error
        }
      },
    }),
  ],
} satisfies RouteGroup
