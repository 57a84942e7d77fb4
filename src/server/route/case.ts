import { Problem } from '../../base/problem.ts'
import type { Case } from '../../case/case.ts'
import { z } from '../../config/zod.ts'
import { part } from '../case/bounded.ts'
import { caseId } from '../case/case-id.ts'
import { casePageOf } from '../case/case-page.ts'
import {
  casePage,
  historyView,
  hostView,
  partOf,
  relatedView,
  scanRow,
  signView,
  sourceView,
  weaknessView,
} from '../case/case-schema.ts'
import { historyOf, hostOf, hostsInOrder, relatedOf, scanRowOf, signOf, weaknessOf } from '../case/case-views.ts'
import { loadedCase } from '../case/loaded-case.ts'
import { scanView, scanViewOf } from '../case/scan-view.ts'
import { accusedOf, sourceOf } from '../case/sources-view.ts'
import { timelineView, timelineViewOf } from '../case/timeline-view.ts'
import { type RouteGroup, type RouteSpec, route } from './route.ts'

const page = z.object({
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** A list of the case that may be long, in pieces. */
function list<In, Item extends z.ZodType>(
  name: string,
  about: string,
  item: Item,
  read: (one: Case) => readonly In[],
  view: (item: In) => z.input<Item>,
): RouteSpec {
  return route({
    id: `case${name[0]?.toUpperCase()}${name.slice(1)}`,
    method: 'GET',
    path: `/api/cases/{id}/${name}`,
    about,
    role: 'viewer',
    params: caseId,
    query: page,
    response: partOf(item),
    handle: ({ site, params, query }) =>
      part(read(loadedCase(site.cases, params.id)), view, query) as z.input<ReturnType<typeof partOf<Item>>>,
  })
}

export default {
  name: 'case',
  about: 'One case: what was found, and what people do about it.',
  routes: [
    route({
      id: 'case',
      method: 'GET',
      path: '/api/cases/{id}',
      about: 'A case as it stands, in the order of the runbook; of long lists the beginning.',
      role: 'viewer',
      params: caseId,
      response: casePage,
      handle: ({ site, params }) => casePageOf(loadedCase(site.cases, params.id)),
    }),
    route({
      id: 'caseTimeline',
      method: 'GET',
      path: '/api/cases/{id}/timeline',
      about: 'Everything in one order: scans, what followed, other logs, what was done.',
      role: 'viewer',
      params: caseId,
      response: timelineView,
      handle: ({ site, params }) => timelineViewOf(loadedCase(site.cases, params.id)),
    }),
    route({
      id: 'caseScan',
      method: 'GET',
      path: '/api/cases/{id}/scans/{scan}',
      about: 'One scan of the case: how it was proven, step by step, and what it learned.',
      role: 'viewer',
      params: caseId.extend({ scan: z.string().max(100) }),
      response: scanView,
      handle: ({ site, params }) => {
        const found = loadedCase(site.cases, params.id).scans.find(({ scan }) => scan.id === params.scan)
        if (found === undefined) throw new Problem('no-such-scan', `case ${params.id} has no scan ${params.scan}`)
        return scanViewOf(found)
      },
    }),
    list('scans', 'The scans of the case, in the order of time.', scanRow, ({ scans }) => scans, scanRowOf),
    list('sources', 'Who is accused, and why each is in the case.', sourceView, accusedOf, sourceOf),
    list('signs', 'What followed the scan.', signView, ({ triage }) => triage?.signs ?? [], signOf),
    list('related', 'Lines of other logs.', relatedView, ({ triage }) => triage?.related ?? [], relatedOf),
    list(
      'hosts',
      'Our systems that it touched.',
      hostView,
      ({ triage }) => hostsInOrder(triage?.touched ?? []),
      hostOf,
    ),
    list(
      'weaknesses',
      'What is to be patched, first things first.',
      weaknessView,
      ({ triage }) => triage?.weaknesses ?? [],
      weaknessOf,
    ),
    list('history', 'What was done, the newest first.', historyView, ({ history }) => history.toReversed(), historyOf),
  ],
} satisfies RouteGroup
