import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Role } from '../../account/role.ts'
import type { z } from '../../config/zod.ts'
import type { Actor } from '../actor.ts'
import type { Site } from '../site.ts'

type Schema = z.ZodType
type Parsed<S> = S extends Schema ? z.output<S> : undefined

/** What a handler gets beside what was asked. */
export interface Request<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly site: Site
  /** Who asks. A route whose role is `anyone` has none. */
  readonly actor: Actor
  /** Ends when the client went away. */
  readonly signal: AbortSignal
  /** The request as it came: headers, and the bytes of a body that is `stream`. */
  readonly raw: IncomingMessage
  /** The address from which it was asked. */
  readonly from: string
  /** It came over TLS, here or at a proxy that is believed. */
  readonly isSecure: boolean
  /** Whether who asked may still: for answers that go on for long. */
  stillMay(): Promise<boolean>
  /** Sets headers of the answer; cookies come as `set-cookie`, several as a list. */
  header(name: string, value: string | readonly string[]): void
  /** Adds to what the audit log says of this request: never a secret. */
  note(what: Readonly<Record<string, string | number | boolean | null>>): void
}

/** An answer that is no JSON: a file, or events as they come. */
export interface Content {
  readonly mediaType: string
  readonly body: Readable | Uint8Array | string
  /** Under which name a browser saves it; shown in it where absent. */
  readonly fileName?: string
}

/** One operation of the API. The document, the checks, the authorisation and the audit log all come from this object. */
export interface RouteSpec {
  /** Operation id in the OpenAPI document. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters in braces: `/api/cases/{id}`. */
  readonly path: string
  readonly about: string
  /** The least role that may; `anyone` needs no account. */
  readonly role: Role | 'anyone'
  readonly params: Schema | undefined
  readonly query: Schema | undefined
  readonly body: Schema | 'stream' | undefined
  /** A schema, or the media types of an answer that is no JSON. */
  readonly response: Schema | readonly string[]
  /** Bytes of a body that is read whole; a stream bounds itself. */
  readonly bodyLimit: number
  /** Changes nothing although its method could: not written into the audit log. */
  readonly isSafe: boolean
  /**
   * For people, not for tokens: `needed`; `recent` where they have to have shown who they are within ten minutes; `begun` where a session is enough that
   * lacks a second factor still.
   */
  readonly signIn: 'needed' | 'recent' | 'begun' | undefined
  handle(request: Request<unknown, unknown, unknown>): unknown
}

const usualBodyLimit = 64 << 10

/** Declares an operation: what it is asked and answers is known to the compiler from its schemas. */
export function route<
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | 'stream' | undefined = undefined,
  R extends Schema | readonly string[] = Schema,
>(spec: {
  readonly id: string
  readonly method: RouteSpec['method']
  readonly path: string
  readonly about: string
  readonly role: Role | 'anyone'
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly response: R
  readonly bodyLimit?: number
  readonly isSafe?: boolean
  readonly signIn?: 'needed' | 'recent' | 'begun'
  handle(
    request: Request<Parsed<P>, Parsed<Q>, Parsed<B>>,
  ): R extends Schema ? z.input<R> | Promise<z.input<R>> : Content | Promise<Content>
}): RouteSpec {
  return {
    params: undefined,
    query: undefined,
    body: undefined,
    bodyLimit: usualBodyLimit,
    signIn: undefined,
    isSafe: spec.method === 'GET',
    ...spec,
  } as RouteSpec
}

/** Operations of one resource, together in the document. */
export interface RouteGroup {
  readonly name: string
  readonly about: string
  readonly routes: readonly RouteSpec[]
}
