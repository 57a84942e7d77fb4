import { Readable } from 'node:stream'
import { touchIndex } from '../../store/scan-touches.ts'
import { mapView, mapViewOf } from '../address-map/map-view.ts'
import { touchBytes } from '../address-map/touch-stream.ts'
import { caseId } from '../case/case-id.ts'
import { loadedCase } from '../case/loaded-case.ts'
import { type RouteGroup, route } from './route.ts'

export default {
  name: 'address-map',
  about: 'What a case touched: each address with its time, port, outcome and source, to be drawn.',
  routes: [
    route({
      id: 'caseMap',
      method: 'GET',
      path: '/api/cases/{id}/map',
      about: 'What there is to draw of a case, and in which order its scans asked.',
      role: 'viewer',
      params: caseId,
      response: mapView,
      handle: ({ site, params }) => {
        const one = loadedCase(site.cases, params.id)
        return mapViewOf(one, touchIndex(site.cases.database, one.id))
      },
    }),
    route({
      id: 'caseMapTouches',
      method: 'GET',
      path: '/api/cases/{id}/map/touches',
      about:
        'The touches of a case, at most 2^20, as bytes: for each scan a u32 (little-endian) with the length of what follows, then gzip of ' +
        'a list in columns. docs/console.md has the layout.',
      role: 'viewer',
      params: caseId,
      response: ['application/octet-stream'],
      handle: ({ site, params }) => {
        const { id } = loadedCase(site.cases, params.id)
        const { database } = site.cases
        return {
          mediaType: 'application/octet-stream',
          body: Readable.from(touchBytes(database, touchIndex(database, id)), { objectMode: false }),
        }
      },
    }),
  ],
} satisfies RouteGroup
