import { Readable } from 'node:stream'
import { mayAct } from '../account/role.ts'
import { elapsed } from '../base/clock.ts'
import type { z } from '../config/zod.ts'
import { type Gate, mustMay } from './access.ts'
import type { Actor } from './actor.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from './http.ts'
import { ProblemWithIssues, replyOf, sendProblem } from './problem-reply.ts'
import type { Content, RouteSpec } from './route/route.ts'
import type { Site } from './site.ts'

/** Puts one operation on the server: who may, what it takes, what it answers, what the audit log says of it. */
export function serveRoute(app: FastifyInstance, spec: RouteSpec, site: Site, gate: Gate): void {
  app.route({
    method: spec.method,
    url: spec.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: spec.bodyLimit,
    handler: async (request, reply) => {
      const began = elapsed()
      let actor: Actor | undefined
      const about: Record<string, unknown> = { ...(request.params as object) }
      const written = (status: number, code: string | null) => {
        site.metrics.answered(spec.id, status, elapsed() - began)
        if (!spec.isSafe) gate.audit({ actor, from: request.ip, operation: spec.id, about, status, code })
      }
      try {
        actor = await gate.identify(request, spec)
        if (spec.role !== 'anyone') mustMay(actor, spec.role)
        const answer = await handled(spec, request, reply, {
          site,
          actor: actor as Actor,
          about,
          stillMay: async () => mayStill(spec, await gate.identify(request, { ...spec, isSafe: true })),
        })
        written(reply.statusCode, null)
        return answer
      } catch (error) {
        const body = replyOf(error)
        if (body.status >= 500) request.log.error(error)
        written(body.status, body.code)
        return sendProblem(reply, body)
      }
    },
  })
}

/** A request that does not fit its schema. */
function unfit(place: string, issues: readonly z.core.$ZodIssue[]): ProblemWithIssues {
  const told = issues.slice(0, 20).map(({ path, message }) => ({ at: [place, ...path].map(String).join('.'), message }))
  return new ProblemWithIssues('request', `the ${place} is not as it should be`, told)
}

async function handled(
  spec: RouteSpec,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { site: Site; actor: Actor; about: Record<string, unknown>; stillMay: () => Promise<boolean> },
): Promise<unknown> {
  const { site, actor, about, stillMay } = asked
  const stop = new AbortController()
  reply.raw.once('close', () => stop.abort())
  const answer = await spec.handle({
    params: fit(spec.params, request.params, 'path'),
    query: fit(spec.query, request.query, 'query'),
    body: spec.body === 'stream' ? undefined : fit(spec.body, request.body, 'body'),
    site,
    actor,
    signal: stop.signal,
    raw: request.raw,
    from: request.ip,
    isSecure: request.protocol === 'https',
    stillMay,
    header: (name, value) => void reply.header(name, value),
    note: (what) => void Object.assign(about, what),
  })
  if (Array.isArray(spec.response)) return sendContent(reply, answer as Content)
  return reply.type('application/json; charset=utf-8').send(JSON.stringify((spec.response as z.ZodType).parse(answer)))
}

function mayStill({ role }: RouteSpec, actor: Actor | undefined): boolean {
  return role === 'anyone' || (actor !== undefined && mayAct(actor.role, role))
}

function fit(schema: z.ZodType | undefined, given: unknown, place: string): unknown {
  if (schema === undefined) return undefined
  const result = schema.safeParse(given ?? {})
  if (result.success) return result.data
  throw unfit(place, result.error.issues)
}

function sendContent(reply: FastifyReply, { mediaType, body, fileName }: Content): FastifyReply {
  reply.type(mediaType)
  if (fileName !== undefined) {
    const plain = fileName.replaceAll(/[^\w.-]/g, '_')
    reply.header('content-disposition', `attachment; filename="${plain}"`)
  }
  return reply.send(body instanceof Readable || typeof body === 'string' ? body : Buffer.from(body))
}
