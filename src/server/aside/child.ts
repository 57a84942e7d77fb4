import process from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../../base/problem.ts'
import type { ChildNotice } from './ask.ts'
import { type AsideTask, answerOf } from './task.ts'

/** The process of `askAside`: takes one task, says whether it can be answered, and writes the answer on its standard output. */
async function answer(task: AsideTask): Promise<void> {
  let text: AsyncIterable<string | Uint8Array> | Iterable<string>
  try {
    text = await answerOf(task)
  } catch (error) {
    await say(noticeOf(error))
    return
  }
  await say({ kind: 'answering' })
  await pipeline(Readable.from(text), process.stdout)
}

function noticeOf(error: unknown): ChildNotice {
  if (error instanceof Problem) return { kind: 'problem', code: error.code, message: error.message, hint: error.hint }
  return { kind: 'problem', code: 'aside', message: `it failed: ${(error as Error).message}`, hint: undefined }
}

function say(notice: ChildNotice): Promise<void> {
  return new Promise((resolve) => process.send?.(notice, () => resolve()))
}

// Whoever asked is gone.
process.once('disconnect', () => process.exit(1))
process.once('message', (task) => {
  answer(task as AsideTask).then(
    () => process.exit(0),
    () => process.exit(1),
  )
})
