import type { Hunt } from '../../archive/hunt/hunt.ts'
import { momentOf } from '../../base/moment.ts'
import { Problem } from '../../base/problem.ts'
import { z } from '../../config/zod.ts'
import { askAside } from '../aside/ask.ts'
import type { Content } from '../route/route.ts'
import type { Site } from '../site.ts'
import { type AnswerForm, answerForms } from './task.ts'

/** Rows that a page can show, and that a file can have. */
const mostShown = 10_000
const mostExported = 100_000
const mostSeconds = 600
/** Of starting and ending the process, beside the question itself. Milliseconds. */
const margin = 30_000

/** How a question is asked, whichever it is. */
export const huntAsk = z.object({
  parameters: z.record(z.string().max(60), z.string().max(200_000)).default({}),
  /** A date, an ISO time, or how long ago (8h, 7d). */
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  /** Rows: at most 10,000 as JSON, 100,000 otherwise. */
  limit: z.int().min(1).max(mostExported).default(1000),
  /** Seconds after which it is ended. */
  timeLimit: z.int().min(1).max(mostSeconds).default(60),
  form: z.enum(answerForms).default('json'),
})
type HuntAsk = z.infer<typeof huntAsk>

interface Question {
  readonly asked: Hunt | { readonly sql: string }
  readonly ask: HuntAsk
  readonly who: string
  readonly signal: AbortSignal
}

const mediaTypes: Readonly<Record<AnswerForm, string>> = {
  json: 'application/json; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
}

/**
 * Waits for a place, asks, and gives the answer as it comes. The place is free when the answer was sent, or nobody wants it any more.
 * @throws Problem `no-archive`, `usage`, `too-many`, and those of the hunt
 */
export async function askArchive(site: Site, { asked, ask, who, signal }: Question): Promise<Content> {
  const { archive, networks = [] } = await site.config()
  if (archive === undefined) {
    throw new Problem('no-archive', 'no archive of events is configured', {
      hint: 'An admin puts `archive: {directory: DIR}` into the configuration.',
    })
  }
  const { form, timeLimit, limit } = ask
  const task = {
    kind: 'hunt' as const,
    directory: archive.directory,
    own: networks,
    asked,
    given: Object.entries(ask.parameters),
    from: microsOf('from', ask.from),
    to: microsOf('to', ask.to),
    most: Math.min(limit, form === 'json' ? mostShown : mostExported),
    timeLimit: 1000 * timeLimit,
    form,
  }
  const leave = await site.lanes.hunts.enter(who, signal)
  try {
    const body = await askAside(task, { signal, timeLimit: task.timeLimit + margin })
    body.once('close', leave)
    return { mediaType: mediaTypes[form], body, ...(form !== 'json' && { fileName: fileNameOf(asked, form) }) }
  } catch (error) {
    leave()
    throw error
  }
}

function microsOf(name: string, text: string | undefined): number | undefined {
  return text === undefined || text.trim() === '' ? undefined : Date.parse(momentOf(name, text.trim())) * 1000
}

function fileNameOf(asked: Question['asked'], form: AnswerForm): string {
  return `${'id' in asked ? asked.id : 'query'}.${form}`
}
