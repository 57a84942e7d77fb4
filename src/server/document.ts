import { z } from '../config/zod.ts'
import { type Gate, mustMay } from './access.ts'
import { apiDocument, apiPage, type FastifyInstance } from './http.ts'
import { openApiDocument } from './openapi.ts'
import { replyOf, sendProblem } from './problem-reply.ts'
import { routeGroups } from './route/registry.ts'
import { route } from './route/route.ts'
import { serveRoute } from './serve-route.ts'
import type { Site } from './site.ts'

interface Served {
  readonly site: Site
  readonly gate: Gate
  readonly version: string
}

/** The API's own description at `/api/openapi.json`, and a page to browse it at `/api/docs`, for whoever is signed in. */
export async function serveDocument(app: FastifyInstance, { site, gate, version }: Served): Promise<void> {
  const document = openApiDocument(routeGroups, version)
  const spec = route({
    id: 'openApi',
    method: 'GET',
    path: '/api/openapi.json',
    about: 'This document.',
    role: 'viewer',
    response: z.looseObject({ openapi: z.string() }),
    handle: () => document as { openapi: string },
  })
  serveRoute(app, spec, site, gate)
  await app.register(apiDocument, { mode: 'static', specification: { document: document as never } })
  await app.register(apiPage, {
    routePrefix: '/api/docs',
    uiHooks: {
      onRequest: async (request, reply) => {
        try {
          mustMay(await gate.identify(request, spec), 'viewer')
        } catch (error) {
          await sendProblem(reply, replyOf(error))
        }
      },
    },
    staticCSP: "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  })
}
