import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { JobResult } from '../../store/job-store.ts'
import { programFile } from '../program.ts'

/** How far an analysis is. */
export interface JobProgress {
  readonly bytes: number
  /** Absent where it cannot be told. */
  readonly total?: number
  readonly events: number
}

export interface AnalysisAsked {
  readonly file: string
  readonly state: string
  readonly config: string | undefined
  readonly net: readonly string[]
  readonly megabytes: number
  readonly progress: (at: JobProgress) => void
}

export type AnalysisEnd =
  | { readonly result: JobResult }
  /** What the tool said, in plain words. */
  | { readonly problem: string }

const mostCases = 100
const mostSaid = 20
const longestSaid = 1000
const good = [0, 4]

/** An analysis in a process of its own: what becomes of it becomes of nothing else. */
export class AnalysisChild {
  readonly #child: ChildProcess
  readonly ended: Promise<AnalysisEnd>

  constructor(asked: AnalysisAsked) {
    const words = ['analyze', '--state', asked.state, '--json', '--progress', 'json']
    if (asked.config !== undefined) words.push('--config', asked.config)
    for (const net of asked.net) words.push('--net', net)
    const limit = `--max-old-space-size=${asked.megabytes}`
    this.#child = spawn(process.execPath, [limit, '--no-warnings', programFile, ...words, asked.file], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], TZ: 'UTC' },
    })
    this.ended = this.#run(asked)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async #run(asked: AnalysisAsked): Promise<AnalysisEnd> {
    const { progress } = asked
    const found = new Found()
    const said: string[] = []
    const closed = new Promise<number | null>((resolve) => {
      this.#child.once('error', () => resolve(null))
      this.#child.once('close', resolve)
    })
    await Promise.all([
      eachLine(this.#child.stdout as Readable, (line) => found.take(line)),
      eachLine(this.#child.stderr as Readable, (line) => {
        const at = progressIn(line)
        if (at !== undefined) progress(at)
        else if (isForPeople(line)) said.push(told(line, asked.file))
        if (said.length > mostSaid) said.splice(1, 1)
      }),
    ])
    const code = await closed
    if (code !== null && good.includes(code)) return { result: found.result(said) }
    const why = code === null ? 'the analysis was ended, perhaps for want of memory' : 'the analysis failed'
    return { problem: said.length > 0 ? said.join(' ') : why }
  }
}

/** What is kept of what an analysis prints. */
class Found {
  readonly #cases: { id: string; title: string }[] = []
  #caseCount = 0
  #scans = 0
  #summary: { events?: number; malformed?: number } = {}

  take(line: string): void {
    // A case can be large; what it is stands in front.
    const object = JSON.parse(line) as Record<string, unknown>
    if (object['type'] === 'scan') this.#scans++
    if (object['type'] === 'summary') this.#summary = object
    if (object['type'] !== 'case') return
    this.#caseCount++
    if (this.#cases.length >= mostCases) return
    this.#cases.push({ id: String(object['id']), title: String(object['title']).slice(0, longestSaid) })
  }

  result(warnings: readonly string[]): JobResult {
    return {
      cases: this.#cases,
      casesOmitted: this.#caseCount - this.#cases.length,
      scans: this.#scans,
      events: Number(this.#summary.events ?? 0),
      malformed: Number(this.#summary.malformed ?? 0),
      warnings,
    }
  }
}

/** No line of a stack trace: where our files lie is nobody's business. */
function isForPeople(line: string): boolean {
  return line !== '' && !/^\s+at /.test(line)
}

/** Without the name that we gave the file. */
function told(line: string, file: string): string {
  return line
    .replace(/^sweepwatch: /, '')
    .replaceAll(file, 'the file')
    .slice(0, longestSaid)
}

async function eachLine(input: Readable, act: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) act(line)
}

function progressIn(line: string): JobProgress | undefined {
  if (!line.startsWith('{"progress":')) return undefined
  return (JSON.parse(line) as { progress: JobProgress }).progress
}
