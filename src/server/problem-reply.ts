import { Problem } from '../base/problem.ts'
import type { FastifyReply } from './http.ts'

/** An error as a client gets it (RFC 9457, with the code and hint of `Problem`). */
export interface ProblemBody {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly hint?: string
  /** Of a request that does not fit its schema, or a service that is not ready: what, and where. */
  readonly issues?: readonly { readonly at: string; readonly message: string }[]
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Not as it stands',
  413: 'Too large',
  415: 'Media type not read',
  429: 'Too many requests',
  500: 'Unexpected error',
  503: 'Not available now',
  507: 'No room',
}

const statuses: Readonly<Record<string, number>> = {
  'not-signed-in': 401,
  'not-allowed': 403,
  csrf: 403,
  'sign-in': 401,
  'second-factor': 401,
  confirm: 403,
  wait: 429,
  link: 403,
  'account-taken': 409,
  'last-admin': 409,
  'own-account': 409,
  'account-disabled': 409,
  guard: 409,
  'same-approver': 409,
  'plan-status': 409,
  'case-status': 409,
  'dry-run': 409,
  enforcing: 409,
  'state-busy': 409,
  conflict: 409,
  'too-large': 413,
  'media-type': 415,
  'too-many': 429,
  unavailable: 503,
  'disk-full': 507,
}

/** What a client is told of a `Problem`: what begins with `no-such` or `no-` is not there, what is not known is a wrong request. */
function problemBody(error: Problem, issues?: ProblemBody['issues']): ProblemBody {
  const status = statuses[error.code] ?? (error.code.startsWith('no-') ? 404 : 400)
  return bodyOf(status, error.code, error.message, {
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(issues !== undefined && { issues }),
  })
}

export function bodyOf(
  status: number,
  code: string,
  detail: string,
  more: Pick<ProblemBody, 'hint' | 'issues'> = {},
): ProblemBody {
  return { type: 'about:blank', title: titles[status] ?? 'Error', status, code, detail, ...more }
}

/** A `Problem` of which several things are to be said, each of a place. */
export class ProblemWithIssues extends Problem {
  readonly issues: NonNullable<ProblemBody['issues']>

  constructor(code: string, message: string, issues: NonNullable<ProblemBody['issues']>) {
    super(code, message)
    this.issues = issues
  }
}

/** Any error: what is no `Problem` is ours to mend, and tells a client nothing of our inside. */
export function replyOf(error: unknown): ProblemBody {
  if (error instanceof ProblemWithIssues) return problemBody(error, error.issues)
  if (error instanceof Problem) return problemBody(error)
  const status = (error as { statusCode?: number }).statusCode
  if (status !== undefined && status >= 400 && status < 500) return bodyOf(status, 'request', (error as Error).message)
  return bodyOf(500, 'unexpected', 'The service failed at this; its log says more.')
}

export function sendProblem(reply: FastifyReply, body: ProblemBody): FastifyReply {
  return reply.code(body.status).type('application/problem+json').send(body)
}
