import { isInScope, scopeFor } from '../account/scope.ts'
import { csrfOf } from '../account/secret.ts'
import { Problem } from '../base/problem.ts'
import type { AuditNote, Gate, Operation } from './access.ts'
import type { Actor } from './actor.ts'
import { AuditFlood } from './audit-flood.ts'
import type { FastifyRequest } from './http.ts'
import { cookieSecret } from './sign-in/cookie.ts'
import type { Identity } from './sign-in/identity.ts'

export interface GateOptions {
  readonly identity: Identity
  /** Names (with port where it is not the usual one) under which browsers reach a service that listens on loopback only; any where absent. */
  readonly hosts?: ReadonlySet<string>
}

/** Seconds for which what needs it is open after they showed who they are. */
const confirmedFor = 600
const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/

/** Knows people by their session and programs by their token, and writes the audit log. */
export function openGate({ identity, hosts }: GateOptions): Gate {
  const flood = new AuditFlood(identity.audit)
  return {
    identify: async (request, operation) => {
      checkHost(request, hosts)
      const { authorization } = request.headers
      if (authorization !== undefined) return byToken(identity, request, authorization, operation)
      checkOrigin(request, operation)
      return bySession(identity, request, operation)
    },
    audit: (note) => flood.add(entryOf(note)),
  }
}

/** A page of another site whose name was made to mean this machine (DNS rebinding) sends its own name. */
function checkHost({ headers: { host = '' } }: FastifyRequest, hosts: ReadonlySet<string> | undefined): void {
  if (hosts === undefined || loopback.test(host) || hosts.has(host.toLowerCase())) return
  throw new Problem(
    'not-allowed',
    'this service is for this machine only, and is not known under the name that was asked',
    {
      hint: 'Use http://127.0.0.1, or write the name into `serve: {url: …}`.',
    },
  )
}

/** @throws Problem `csrf` where a page of another site sent it (Fetch Metadata, and Origin of older browsers) */
function checkOrigin(request: FastifyRequest, { isSafe }: Operation): void {
  if (isSafe || request.method === 'GET') return
  const { origin, host, 'sec-fetch-site': site } = request.headers
  const isOther = origin !== undefined && hostOf(origin) !== host?.toLowerCase()
  if (isOther || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    throw new Problem('csrf', 'this was sent by a page of another site')
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function byToken(identity: Identity, request: FastifyRequest, authorization: string, operation: Operation): Actor {
  const [, secret = ''] = /^Bearer ([\w-]{1,200})$/i.exec(authorization) ?? []
  const token = identity.tokens.of(secret, request.ip)
  if (token === undefined) {
    throw new Problem('not-signed-in', 'this token is not good, or no longer', { hint: 'Make another in the console.' })
  }
  if (operation.signIn !== undefined) {
    throw new Problem('not-allowed', 'this is for people, not for tokens', { hint: 'Sign in to the console.' })
  }
  const needed = scopeFor(operation.role, operation.isSafe)
  if (!isInScope(token.scopes, needed)) {
    throw new Problem('not-allowed', `this needs the scope ${needed}; the token has ${token.scopes.join(', ')}`)
  }
  return {
    name: token.owner,
    role: token.role,
    via: 'token',
    scopes: token.scopes,
    credential: token.id,
    from: request.ip,
  }
}

function bySession(identity: Identity, request: FastifyRequest, operation: Operation): Actor | undefined {
  const secret = cookieSecret(request.headers.cookie, request.protocol === 'https')
  if (secret === undefined) return undefined
  const session = identity.sessions.of(secret, request.headers['x-unattended'] === undefined)
  // Who signs in has no use for what is left of an earlier session.
  if (session === undefined || operation.role === 'anyone') return undefined
  if (!operation.isSafe && request.method !== 'GET' && request.headers['x-csrf-token'] !== csrfOf(secret)) {
    throw new Problem('csrf', 'the session’s token against forged requests is missing or wrong', {
      hint: 'Load the page again.',
    })
  }
  if (session.stage === 'enrol' && operation.signIn !== 'begun') {
    throw new Problem('not-allowed', 'your role needs a second factor: set it up first', { hint: 'My account has it.' })
  }
  if (operation.signIn === 'recent' && Date.parse(session.confirmed) < Date.now() - confirmedFor * 1000) {
    throw new Problem('confirm', 'this needs your password once more', {
      hint: 'It is asked for again after ten minutes.',
    })
  }
  return { name: session.name, role: session.role, via: 'session', credential: session.id, from: request.ip }
}

function entryOf({ actor, from, operation, about, status, code }: AuditNote) {
  return {
    account: actor?.name ?? String(about['account'] ?? '').slice(0, 64),
    via: actor === undefined ? '' : `${actor.via} ${actor.credential}`,
    origin: from,
    operation,
    about: JSON.stringify(about),
    status,
    code: code ?? '',
  }
}
