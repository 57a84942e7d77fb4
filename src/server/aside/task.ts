import type { HuntTask } from '../hunt/task.ts'
import type { SensorsTask } from '../sensors/task.ts'

/** What is done in a process of its own; plain data. */
export type AsideTask = HuntTask | SensorsTask

/** Loads what a task needs, and no more. @throws Problem */
export async function answerOf(task: AsideTask): Promise<AsyncIterable<string> | Iterable<string>> {
  switch (task.kind) {
    case 'hunt':
      return (await import('../hunt/task.ts')).huntText(task)
    case 'sensors':
      return (await import('../sensors/task.ts')).sensorsText(task)
  }
}
