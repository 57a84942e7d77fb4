import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Problem } from '../../base/problem.ts'
import { gone } from './lane.ts'
import type { AsideTask } from './task.ts'

const program = fileURLToPath(new URL('child.ts', import.meta.url))
const mostMebibytes = 2048
/** A child gives way to the service. */
const nice = 5

/** What a child says before its answer comes on its standard output. */
export type ChildNotice =
  | { readonly kind: 'answering' }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string; readonly hint: string | undefined }

/**
 * Does something that takes long, or much memory, in a process of its own: what becomes of it becomes of nothing else. The process is ended
 * with the signal, and when the time is over.
 *
 * @param timeLimit milliseconds
 * @returns its answer as it is written
 * @throws Problem of the task; `aside-time`; `aside` where the process died
 */
export async function askAside(
  task: AsideTask,
  { signal, timeLimit }: { readonly signal: AbortSignal; readonly timeLimit: number },
): Promise<Readable> {
  if (signal.aborted) throw gone()
  const child = fork(program, [], {
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    execArgv: [`--max-old-space-size=${mostMebibytes}`, '--no-warnings'],
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], TZ: 'UTC' },
  })
  const answer = child.stdout as Readable
  let isLate = false
  const end = () => void child.kill('SIGKILL')
  const timer = setTimeout(() => {
    isLate = true
    end()
  }, timeLimit)
  signal.addEventListener('abort', end, { once: true })
  child.once('exit', () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  })
  // Who reads no further needs the rest no more.
  answer.once('close', end)
  try {
    const notice = await firstWord(child, task)
    if (notice.kind === 'answering') return answer
    throw new Problem(notice.code, notice.message, notice.hint === undefined ? {} : { hint: notice.hint })
  } catch (error) {
    answer.destroy()
    if (signal.aborted) throw gone()
    if (isLate) throw new Problem('aside-time', `it was ended after ${Math.round(timeLimit / 1000)} s`)
    throw error
  }
}

async function firstWord(child: ChildProcess, task: AsideTask): Promise<ChildNotice> {
  await once(child, 'spawn')
  try {
    setPriority(child.pid as number, nice)
  } catch {
    // It may be over already.
  }
  child.send(task, () => {})
  return new Promise((resolve, reject) => {
    child.once('message', (notice) => resolve(notice as ChildNotice))
    child.once('exit', () =>
      reject(
        new Problem('aside', 'the process that was asked died, perhaps for want of memory', {
          hint: 'Ask for less: a shorter time, fewer rows.',
        }),
      ),
    )
  })
}
