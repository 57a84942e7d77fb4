import { mayAct, type Role } from '../account/role.ts'
import { Problem } from '../base/problem.ts'
import type { Actor } from './actor.ts'
import type { FastifyRequest } from './http.ts'
import type { RouteSpec } from './route/route.ts'

/** What the gate has to know of an operation. */
export type Operation = Pick<RouteSpec, 'role' | 'isSafe' | 'signIn'>

/** How the service knows who asks. */
export interface Gate {
  /**
   * Who asks, or undefined for nobody; also checks that a session's change was not forged by another site.
   * @throws Problem `not-signed-in` for a session or token that is over, `csrf`, `not-allowed` where the token's scope does not reach this, `confirm` where they have to show again who they are
   */
  identify(request: FastifyRequest, operation: Operation): Promise<Actor | undefined>
  /** Writes what was done, or tried, into the audit log. */
  audit(entry: AuditNote): void
}

/** What the audit log says of one request that changes something. */
export interface AuditNote {
  readonly actor: Actor | undefined
  readonly from: string
  readonly operation: string
  /** What it was about: path parameters, and what the operation adds. */
  readonly about: Readonly<Record<string, unknown>>
  readonly status: number
  readonly code: string | null
}

/** @throws Problem `not-signed-in`, `not-allowed` */
export function mustMay(actor: Actor | undefined, needed: Role): Actor {
  if (actor === undefined) {
    throw new Problem('not-signed-in', 'you are not signed in', { hint: 'Sign in, or send an API token.' })
  }
  if (mayAct(actor.role, needed)) return actor
  throw new Problem('not-allowed', `this needs the role ${needed}; you have ${actor.role}`, {
    hint: 'An admin can give you another role.',
  })
}
