import { shortDigest } from '../../base/digest.ts'
import type { Case } from '../../case/case.ts'
import { caseSteps } from '../../report/case/steps.ts'
import { bounded } from './bounded.ts'

/** How the history says that a step was done, or is to be done again: a note like any other, so that every report has it. */
const done = 'done: '
const again = 'to be done again: '
const longest = 1000

interface Step {
  readonly id: string
  readonly text: string
  readonly done: { readonly by: string; readonly at: string } | null
}

/** Tier 2's checklist, with who did what when; and what was done of earlier lists, before triage learned more. */
export function stepsOf(one: Case): { steps: Step[]; before: Step[] } {
  const ticks = ticksOf(one)
  const steps = caseSteps(one, 'sweepwatch').map((text) => {
    const told = bounded(text, longest)
    return { id: shortDigest(told), text: told, done: ticks.get(told) ?? null }
  })
  const named = new Set(steps.map(({ text }) => text))
  const before = [...ticks].filter(([text]) => !named.has(text))
  return { steps, before: before.slice(-50).map(([text, tick]) => ({ id: shortDigest(text), text, done: tick })) }
}

function ticksOf({ history }: Case): Map<string, { by: string; at: string }> {
  const ticks = new Map<string, { by: string; at: string }>()
  for (const { body, author, at } of history) {
    if (body.kind !== 'noted') continue
    if (body.text.startsWith(done)) ticks.set(body.text.slice(done.length), { by: author, at })
    else if (body.text.startsWith(again)) ticks.delete(body.text.slice(again.length))
  }
  return ticks
}

/** The note that ticks a step, or takes the tick away. */
export function tickNote({ text }: Pick<Step, 'text'>, isDone: boolean): string {
  return `${isDone ? done : again}${text}`
}

export function isTick(note: string): boolean {
  return note.startsWith(done) || note.startsWith(again)
}
