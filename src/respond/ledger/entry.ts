import type { Plan } from '../plan/plan.ts'

/** Who says so: a person as they call themselves, and the login under which it was typed; for what no person does, `sweepwatch`. */
export interface Author {
  readonly name: string
  readonly login: string
}

/** What was seen of a network's packets while a block stood, or after it was taken away. */
export interface Observation {
  /** ISO 8601: what is counted begins here. */
  readonly since: string
  readonly until: string
  /** Packets before the enforcement point, and those that the target itself counted as dropped; null: nobody looked. */
  readonly before: number | null
  readonly dropped: number | null
  /** Of those before it, what would have come out if nothing kept it; absent in entries of earlier versions. */
  readonly telling?: number
  /** Packets behind it; null: nobody looked there in that time. */
  readonly behind: number | null
  /** Where the first packet behind it is recorded. */
  readonly example: string | null
}

export type Proof = 'proven' | 'contradicted' | 'unproven'

/** A difference between what should stand at a target and what does. */
export interface Drift {
  /** Networks that somebody else took away, brought in, or changed. At most 32 each are named. */
  readonly missing: readonly string[]
  readonly foreign: readonly string[]
  readonly changed: readonly string[]
  readonly counts: { readonly missing: number; readonly foreign: number; readonly changed: number }
  readonly strange: readonly string[]
}

/** What one entry says; `kind` tells which. Times are ISO 8601. */
export type LedgerBody =
  | { readonly kind: 'proposed'; readonly plan: Plan }
  /** `until` is set by the approval that completes it. */
  | { readonly kind: 'approved'; readonly until: string | null; readonly policy: string | null }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'revoked' }
  /** A person wants again what others took away by hand. */
  | { readonly kind: 'reapplied'; readonly target: string }
  | { readonly kind: 'refused'; readonly network: string; readonly refusals: readonly string[] }
  | {
      readonly kind: 'applied'
      readonly target: string
      readonly outcome: string
      readonly detail: string
      readonly blocks: number
    }
  | { readonly kind: 'released'; readonly target: string; readonly why: 'ended' | 'revoked'; readonly detail: string }
  | { readonly kind: 'failed'; readonly target: string; readonly doing: string; readonly error: string }
  | {
      readonly kind: 'judged'
      readonly target: string
      readonly phase: 'block' | 'release'
      readonly proof: Proof
      readonly seen: Observation
      readonly because: string
    }
  | { readonly kind: 'drift'; readonly target: string; readonly drift: Drift }
  /** A target had lost everything, and was given it again. */
  | { readonly kind: 'restored'; readonly target: string; readonly blocks: number }
  /** Taken away by others' hands: it stays away until a person says `reapplied`. */
  | { readonly kind: 'held'; readonly target: string; readonly networks: readonly string[] }

/** An entry as it is written. `plan` is empty where it is about a target as a whole. */
export interface NewEntry {
  readonly at: string
  readonly author: Author
  readonly reason: string
  readonly plan: string
  readonly body: LedgerBody
}

/** An entry of the ledger; nothing is ever changed or taken out. */
export interface LedgerEntry extends NewEntry {
  /** From 1, without gaps. */
  readonly seq: number
  /** SHA-256 over the one before and this one (`chain.ts`), hexadecimal. */
  readonly hash: string
}
