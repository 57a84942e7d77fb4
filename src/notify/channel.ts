import type { Delivery } from './outbox.ts'

/** What became of an attempt. */
export type Sent =
  | { readonly kind: 'delivered'; readonly detail: string }
  /** Worth another attempt; the receiver may have said how many milliseconds it wants to be left alone. */
  | { readonly kind: 'retry'; readonly reason: string; readonly after?: number }
  /** Another attempt cannot help. */
  | { readonly kind: 'rejected'; readonly reason: string }

export interface Attempt {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Ends the attempt; it then counts as failed. */
  readonly signal: AbortSignal
}

/** A way to a person or a program. Never throws: what went wrong is told as an outcome. */
export interface Channel {
  readonly name: string
  send(delivery: Delivery, attempt: Attempt): Promise<Sent>
}

const longestReason = 300

/** An error as an outcome that is worth another attempt. */
export function again(error: unknown): Sent {
  const { code, message } = error as NodeJS.ErrnoException
  const text = message === undefined || message === '' ? String(code ?? error) : message
  return { kind: 'retry', reason: text.slice(0, longestReason) }
}
