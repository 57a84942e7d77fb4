import { mkdirSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { isoTime } from '../../base/time.ts'
import type { ServiceSettings } from '../../config/service.ts'
import type { Job, JobEnd, JobStore } from '../../store/job-store.ts'
import { AnalysisChild, type JobProgress } from './analysis-child.ts'

type Limits = ServiceSettings['uploads']

export interface JobSite {
  readonly state: string
  readonly config: string | undefined
  readonly limits: () => Promise<Limits>
}

interface Running {
  readonly child: AnalysisChild
  progress: JobProgress | undefined
  /** Why it is being ended. */
  ending: JobEnd | undefined
}

const dayMs = 86_400_000
const hourMs = 3_600_000
const retryMs = 5000

/** Works off what people sent, a few at a time and in turn; what waits outlives the service. */
export class JobRunner {
  readonly #store: JobStore
  readonly #site: JobSite
  readonly #running = new Map<number, Running>()
  readonly #works = new Set<Promise<void>>()
  #isStopped = false
  #tidying: ReturnType<typeof setInterval> | undefined

  constructor(store: JobStore, site: JobSite) {
    this.#store = store
    this.#site = site
  }

  /** Where what was sent is kept. */
  get folder(): string {
    return join(this.#site.state, 'uploads')
  }

  /** Goes on where the last service ended: what ran is marked, what waited is worked off. */
  resume(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    this.#store.interrupt(isoTime(now()))
    this.#tidying = setInterval(() => void this.#tidy().catch(() => {}), hourMs)
    void this.#tidy().catch(() => {})
    void this.#next()
  }

  /** @throws Problem `too-many` */
  async add(job: Parameters<JobStore['add']>[0]): Promise<Job> {
    await this.mustHaveRoom()
    const added = this.#store.add(job, isoTime(now()))
    void this.#next()
    return added
  }

  /** @throws Problem `too-many` where no other job may wait */
  async mustHaveRoom(): Promise<void> {
    const { waiting } = await this.#site.limits()
    if (this.#store.queued().length < waiting) return
    throw new Problem('too-many', `${waiting} files wait to be analysed already`, { hint: 'Try again later.' })
  }

  counts(): ReturnType<JobStore['counts']> {
    return this.#store.counts()
  }

  progressOf(id: number): JobProgress | undefined {
    return this.#running.get(id)?.progress
  }

  /** Ends a job: nothing of it is kept. @throws Problem `conflict` where it is over */
  cancel(id: number, account: string): void {
    const end = { state: 'cancelled', problem: `cancelled by ${account}` } as const
    const running = this.#running.get(id)
    if (running !== undefined) {
      running.ending = end
      running.child.kill()
    } else if (this.#store.job(id)?.state === 'queued') this.#store.end(id, isoTime(now()), end)
    else throw new Problem('conflict', `job ${id} is over`)
  }

  /** Ends what runs; it is marked as interrupted. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#tidying)
    const all = [...this.#running.values()]
    for (const running of all) {
      running.ending ??= { state: 'interrupted', problem: 'the service ended while it ran' }
      running.child.kill()
    }
    await Promise.all(this.#works)
  }

  async #next(): Promise<void> {
    if (this.#isStopped) return
    // A configuration that is wrong at the moment keeps jobs waiting.
    const limits = await this.#site.limits().catch(() => undefined)
    if (this.#isStopped) return
    if (limits === undefined) {
      setTimeout(() => void this.#next(), retryMs).unref()
      return
    }
    const job = this.#store.queued()[0]
    if (job === undefined || this.#running.size >= limits.atOnce) return
    const work = this.#run(job, limits)
    this.#works.add(work)
    await work.finally(() => this.#works.delete(work))
    void this.#next()
  }

  async #run(job: Job, { megabytes, minutes }: Limits): Promise<void> {
    this.#store.start(job.id, isoTime(now()))
    const child = new AnalysisChild({
      file: join(this.folder, job.file),
      state: this.#site.state,
      config: this.#site.config,
      net: job.options.net ?? [],
      megabytes,
      progress: (at) => {
        running.progress = at
      },
    })
    const running: Running = { child, progress: undefined, ending: undefined }
    this.#running.set(job.id, running)
    const timer = setTimeout(() => {
      running.ending ??= { state: 'failed', problem: `it took longer than ${minutes} minutes` }
      child.kill()
    }, minutes * 60_000)
    const end = await child.ended.catch((error: Error) => ({ problem: error.message }))
    clearTimeout(timer)
    this.#running.delete(job.id)
    const told: JobEnd = 'result' in end ? { state: 'done', ...end } : { state: 'failed', ...end }
    this.#store.end(job.id, isoTime(now()), running.ending ?? told)
  }

  /** Forgets old jobs, and removes files that no job has. */
  async #tidy(): Promise<void> {
    const { keepDays } = await this.#site.limits()
    const oldest = isoTime(now() - keepDays * dayMs * 1000)
    if (this.#isStopped) return
    for (const file of this.#store.forget(oldest)) await rm(join(this.folder, file), { force: true })
    const known = this.#store.files()
    const names = await readdir(this.folder).catch(() => [])
    for (const name of names) {
      if (known.has(name)) continue
      const path = join(this.folder, name)
      // One that has just come gets its job in a moment.
      const { mtimeMs } = await stat(path)
      if (mtimeMs < now() / 1000 - hourMs) await rm(path, { force: true })
    }
  }
}
