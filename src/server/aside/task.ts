import type { HuntTask } from '../hunt/task.ts'

/** What is done in a process of its own; plain data. */
export type AsideTask = HuntTask

/** Loads what a task needs, and no more. @throws Problem */
export async function answerOf(task: AsideTask): Promise<AsyncIterable<string> | Iterable<string>> {
  switch (task.kind) {
    case 'hunt':
      return (await import('../hunt/task.ts')).huntText(task)
  }
}
