import type { CaseFileTask } from '../case/case-file.ts'
import type { HuntTask } from '../hunt/task.ts'

/** What is done in a process of its own; plain data. */
export type AsideTask = HuntTask | CaseFileTask

/** Loads what a task needs, and no more. @throws Problem */
export async function answerOf(task: AsideTask): Promise<AsyncIterable<string | Uint8Array> | Iterable<string>> {
  switch (task.kind) {
    case 'hunt':
      return (await import('../hunt/task.ts')).huntText(task)
    case 'case-packets':
    case 'case-pack':
      return (await import('../case/case-file.ts')).caseFile(task)
  }
}
