import type { Gate } from './access.ts'
import { serveConsole } from './console-files.ts'
import { serveDocument } from './document.ts'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from './http.ts'
import { bodyOf, replyOf, sendProblem } from './problem-reply.ts'
import { routeGroups } from './route/registry.ts'
import { serveRoute } from './serve-route.ts'
import type { Site } from './site.ts'

export interface AppOptions {
  readonly site: Site
  readonly gate: Gate
  /** Sweepwatch's own. */
  readonly version: string
  /** PEM texts; plain HTTP without them. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Where the log goes, one JSON object a line; nowhere where absent. */
  readonly log?: NodeJS.WritableStream
  /** Where the built console lies, if not in `dist/`. */
  readonly consoleFolder?: string
  /** Proxies whose `X-Forwarded-For` is believed: addresses or networks. */
  readonly trustProxy?: readonly string[]
}

/** Of a request as the log has it: no query, in which addresses and words of a search stand, and no header. */
function told({ method, url, ip }: Pick<FastifyRequest, 'method' | 'url' | 'ip'>) {
  return { method, path: url.replace(/[?#].*$/s, '').slice(0, 500), from: ip }
}

function notFound(_: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, bodyOf(404, 'no-such-path', 'there is nothing at this path'))
}

/** The HTTP server, not listening yet. */
export async function openApp({
  site,
  gate,
  version,
  tls,
  log,
  consoleFolder,
  trustProxy = [],
}: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: log === undefined ? false : { stream: log, level: 'info', serializers: { req: told } },
    ...(tls && { https: { ...tls, minVersion: 'TLSv1.2' as const } }),
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    forceCloseConnections: true,
    requestTimeout: 0,
    routerOptions: { maxParamLength: 200 },
    // What the router itself refuses: a path that is no UTF-8, and the like.
    frameworkErrors: (error, _, reply) => void sendProblem(reply as FastifyReply, replyOf(error)),
  }) as unknown as FastifyInstance
  app.addHook('onRequest', async (_, reply) => {
    reply.headers({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'cache-control': 'no-store',
      ...(tls && { 'strict-transport-security': 'max-age=31536000' }),
    })
  })
  // Bodies of any other type are left to the operation, which reads them as they come.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setErrorHandler((error, request, reply) => {
    const body = replyOf(error)
    if (body.status >= 500) request.log.error(error)
    return sendProblem(reply, body)
  })
  app.setNotFoundHandler(notFound)
  for (const { routes } of routeGroups) for (const spec of routes) serveRoute(app, spec, site, gate)
  await serveDocument(app, { site, gate, version })
  // Else the console's page would answer for it.
  app.all('/api/*', notFound)
  await serveConsole(app, consoleFolder)
  return app
}

/** Answers what is being asked, ends what runs beside it, and lets go of the store, in this order. */
export async function closeApp(app: FastifyInstance, site: Site): Promise<void> {
  site.live.close()
  await Promise.all([app.close(), site.engine.stop(), site.jobs.stop()])
  site.cases.close()
}
