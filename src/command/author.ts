import { userInfo } from 'node:os'
import process from 'node:process'
import { now } from '../base/clock.ts'
import { Problem } from '../base/problem.ts'
import { isoTime } from '../base/time.ts'
import type { CaseEventBody } from '../case/case.ts'
import { machine } from '../case/fold.ts'
import type { Entry } from '../store/case-store.ts'
import type { Invocation, OptionSpec } from './command.ts'

export const authorOptions: readonly OptionSpec[] = [
  { flags: '--author <NAME>', about: 'who says so (default: SWEEPWATCH_AUTHOR, else the name you are logged in as)' },
  { flags: '--reason <TEXT>', about: 'why; every change has one' },
]

/** An entry of a case's history by whoever types. @throws Problem `usage` where no reason is given */
export function signed(invocation: Invocation, body: CaseEventBody, otherwise?: string): Entry {
  return { ...signature(invocation, otherwise), body }
}

/** Who types, when, and why. @throws Problem `usage` where no reason is given */
export function signature(invocation: Invocation, otherwise?: string): Omit<Entry, 'body'> {
  return { at: isoTime(now()), author: authorOf(invocation), reason: reasonOf(invocation, otherwise) }
}

/** Why something is changed. @throws Problem `usage` where no reason is given */
export function reasonOf(invocation: Invocation, otherwise?: string): string {
  const reason = invocation.text('reason') ?? otherwise
  if (reason !== undefined && reason.trim() !== '') return reason
  throw new Problem('usage', 'a change needs a reason', {
    hint: 'Give --reason TEXT: it is what the next shift reads.',
  })
}

/** Who types, as they call themselves. @throws Problem `usage` */
export function authorOf(invocation: Invocation): string {
  if (invocation.actor) return invocation.actor.name
  const author = (invocation.text('author') ?? process.env['SWEEPWATCH_AUTHOR'] ?? userInfo().username).trim()
  if (author === '' || author === machine) {
    throw new Problem('usage', `${author === '' ? 'nobody' : author} cannot be the author`, {
      hint: 'Give --author NAME.',
    })
  }
  return author
}
