import { z } from '../../config/zod.ts'
import { clockWarning } from '../../pipeline/clock-report.ts'
import { readSensors } from '../../pipeline/sensor-file.ts'
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
        const known = await readSensors(site.directory)
        if (known === undefined) return { kept: null, sensors: [] }
        const sensors = known.sensors.map(({ type: _, clocks, ...rest }) => ({
          ...rest,
          clock: clocks.flatMap((each) => clockWarning(each) ?? []),
        }))
        return { kept: known.kept, sensors } as SensorList
      },
    }),
  ],
} satisfies RouteGroup
