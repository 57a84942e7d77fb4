/** The types that the console sees; it imports nothing else of the service, and types only. */

export type { LiveEvent } from './live/live-event.ts'
export type { ProblemBody } from './problem-reply.ts'
export type { Role } from './role.ts'
export type { SessionInfo } from './route/session.ts'
