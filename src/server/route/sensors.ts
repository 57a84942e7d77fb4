import { z } from '../../config/zod.ts'
import { askAsideJson } from '../aside/ask.ts'
import { Remembered } from '../aside/remembered.ts'
import type { SensorsAnswer } from '../sensors/task.ts'
import { type RouteGroup, route } from './route.ts'

const counted = z.object({ events: z.number(), answered: z.number() })
const sensorList = z.object({
  kept: z.string().nullable(),
  sensors: z.array(
    z.object({
      source: z.string(),
      device: z.string().optional(),
      formats: z.array(z.string()),
      events: z.number(),
      malformed: z.number(),
      malformedShare: z.number(),
      lost: z.number(),
      first: z.string().nullable(),
      last: z.string().nullable(),
      rate: z.number(),
      directions: z.record(z.string(), counted).optional(),
      sampling: z.number().optional(),
      gaps: z.array(z.object({ from: z.string(), to: z.string(), seconds: z.number() })),
      clock: z.array(z.string()),
      recent: z.object({ from: z.string(), seconds: z.number(), events: z.array(z.number()) }),
      blind: z.array(z.string()),
    }),
  ),
})
export type SensorList = z.infer<typeof sensorList>

/** Milliseconds. The state is kept every twenty seconds. */
const remembered = new Remembered<SensorsAnswer>(10_000)
const timeLimit = 60_000

export default {
  name: 'sensors',
  about: 'What each sensor delivers, and what it cannot see.',
  routes: [
    route({
      id: 'listSensors',
      method: 'GET',
      path: '/api/sensors',
      about:
        'Every sensor as of the time when the service last kept its state: volume, directions, answers, gaps, losses, clocks, the last day, and what it cannot see.',
      role: 'viewer',
      response: sensorList,
      handle: async ({ site }) => {
        const { formats } = await site.config()
        // Not ended with the one who asked first: others may wait for the same answer.
        const { signal } = new AbortController()
        const answer = await remembered.of(site, () =>
          site.lanes.looks.pass('sensors', signal, () =>
            askAsideJson({ kind: 'sensors', directory: site.directory, formats }, { signal, timeLimit }),
          ),
        )
        return answer as SensorList
      },
    }),
  ],
} satisfies RouteGroup
