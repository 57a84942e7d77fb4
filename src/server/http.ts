/** The one place that imports Fastify and its plugins. */

export { default as staticFiles } from '@fastify/static'
export { default as apiDocument } from '@fastify/swagger'
export { default as apiPage } from '@fastify/swagger-ui'
export { default as fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
