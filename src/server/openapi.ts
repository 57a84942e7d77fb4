import { z } from '../config/zod.ts'
import type { RouteGroup, RouteSpec } from './route/route.ts'

type Json = Record<string, unknown>

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'stable; for programs' },
    detail: { type: 'string' },
    hint: { type: 'string', description: 'what to do about it' },
    issues: {
      type: 'array',
      items: { type: 'object', properties: { at: { type: 'string' }, message: { type: 'string' } } },
    },
  },
} as const

/** The API as OpenAPI 3.1 says it (https://spec.openapis.org/oas/v3.1.1.html), from the operations themselves. */
export function openApiDocument(groups: readonly RouteGroup[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const group of groups) {
    for (const spec of group.routes) {
      paths[spec.path] = { ...paths[spec.path], [spec.method.toLowerCase()]: operation(group.name, spec) }
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sweepwatch', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: groups.map(({ name, about }) => ({ name, description: about })),
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'sweepwatch-session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

function operation(tag: string, spec: RouteSpec): Json {
  return {
    operationId: spec.id,
    tags: [tag],
    summary: spec.about,
    description: spec.role === 'anyone' ? 'Needs no account.' : `Needs the role ${spec.role} or more.`,
    'x-role': spec.role,
    ...(spec.signIn !== undefined && { 'x-sign-in': spec.signIn }),
    security: spec.role === 'anyone' ? [] : [{ session: [] }, { token: [] }],
    parameters: [...parameters('path', spec.params), ...parameters('query', spec.query)],
    ...(spec.body !== undefined && { requestBody: { required: true, content: bodyContent(spec.body) } }),
    responses: {
      200: { description: 'Done.', content: responseContent(spec.response) },
      default: {
        description: 'Not done, and why.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>
    required?: readonly string[]
  }
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: shape,
  }))
}

function bodyContent(body: z.ZodType | 'stream'): Json {
  if (body === 'stream') return { 'application/octet-stream': { schema: {} } }
  return { 'application/json': { schema: jsonSchema(body, 'input') } }
}

function responseContent(response: RouteSpec['response']): Json {
  if (Array.isArray(response)) return Object.fromEntries(response.map((mediaType) => [mediaType, { schema: {} }]))
  return { 'application/json': { schema: jsonSchema(response as z.ZodType, 'output') } }
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return rest
}
