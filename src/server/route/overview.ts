import { z } from '../../config/zod.ts'
import { readSensors } from '../../pipeline/sensor-file.ts'
import { background, byHour, falseAlarms, meanTimes } from '../overview/figures.ts'
import { mostScanned } from '../overview/scanned.ts'
import type { Site } from '../site.ts'
import { unchanged } from '../unchanged.ts'
import { type RouteGroup, route } from './route.ts'

const mostPlans = 500
const counted = z.array(z.object({ what: z.string(), scans: z.number() })).readonly()

const overview = z.object({
  now: z.object({
    /** Escalated, open, and nobody works on it. */
    unassigned: z.int(),
    escalated: z.int(),
    open: z.int(),
    /** Plans that wait for an approval. */
    waiting: z.array(z.object({ plan: z.string(), caseId: z.string() })).readonly(),
    /** Blocks of which packets came through. */
    contradicted: z.array(z.object({ plan: z.string(), caseId: z.string(), target: z.string() })).readonly(),
    /** Sensors that cannot see something, or are silent. */
    blind: z.array(z.object({ source: z.string(), why: z.string() })).readonly(),
    engine: z.object({ state: z.enum(['off', 'running', 'waiting']), why: z.string().nullable() }),
  }),
  byHour: z.object({ from: z.string(), counts: z.array(z.number()).readonly() }).nullable(),
  scanned: z.object({ scans: z.int(), blocks: counted, ports: counted }),
  background: z.object({ day: z.number(), usual: z.number().nullable() }),
  falseAlarms: z.object({ closed: z.int(), falseAlarms: z.int(), low: z.number(), high: z.number() }),
  times: z.object({
    detect: z.number().nullable(),
    decide: z.number().nullable(),
    contain: z.number().nullable(),
  }),
})
export type Overview = z.infer<typeof overview>

export default {
  name: 'overview',
  about: 'What needs a person now, and how the days are.',
  routes: [
    route({
      id: 'overview',
      method: 'GET',
      path: '/api/overview',
      about: 'What needs a person now, and figures of the cases.',
      role: 'viewer',
      response: overview,
      handle: async ({ site }) => {
        const database = site.cases.database
        const known = unchanged(database)
        const { state } = site.engine
        return {
          now: {
            ...known.answer('overview now', () => needs(site)),
            blind: await blindSensors(site),
            engine: { state: state.state, why: 'why' in state ? state.why : null },
          },
          byHour: known.answer('overview hours', () => ({ hours: byHour(database) })).hours,
          scanned: known.answer('overview scanned', () => mostScanned(database)),
          background: known.answer('overview background', () => background(database)),
          falseAlarms: known.answer('overview false alarms', () => falseAlarms(database)),
          times: known.answer('overview times', () => meanTimes(database)),
        }
      },
    }),
  ],
} satisfies RouteGroup

function needs({ cases, ledger }: Site) {
  const live = ledger.list({ isLive: true, limit: mostPlans })
  return {
    unassigned: cases.count({ status: 'open', escalated: true, isUnassigned: true }),
    escalated: cases.count({ status: 'open', escalated: true }),
    open: cases.count({ status: 'open', aboveBackground: true }),
    waiting: ledger
      .list({ status: 'proposed', limit: mostPlans })
      .map(({ plan }) => ({ plan: plan.id, caseId: plan.caseId })),
    contradicted: live.flatMap(({ plan, places }) =>
      [...places]
        .filter(([, { block }]) => block?.proof === 'contradicted')
        .map(([target]) => ({ plan: plan.id, caseId: plan.caseId, target })),
    ),
  }
}

async function blindSensors({ directory }: Site) {
  const known = await readSensors(directory)
  return (known?.sensors ?? [])
    .flatMap(({ source, blind }) => (blind[0] === undefined ? [] : [{ source, why: blind[0] }]))
    .slice(0, 20)
}
