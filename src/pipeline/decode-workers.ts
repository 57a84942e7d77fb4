import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Done, Slot, slotMemory, type Task } from './decode-slot.ts'

/** What more threads than this would decode, the one that tracks and detects could not take. */
const mostUsual = 4

/** How many threads decode where nobody says how many. */
export function usualThreads(): number {
  return Math.min(mostUsual, availableParallelism())
}

interface Thread {
  readonly worker: Worker
  tasks: number
}

interface Waiting {
  resolve(done: Done): void
  reject(error: Error): void
}

/** Threads that decode, with the memory they share. They start at the first use and run until `close`. */
export class DecodeWorkers {
  /** How many pieces were decoded by other threads. */
  pieces = 0
  readonly #count: number
  readonly #threads: Thread[] = []
  readonly #slots: Slot[] = []
  readonly #free: Slot[] = []
  /** By slot, the one who waits for it. */
  readonly #waiting: (Waiting | undefined)[] = []
  #failure: Error | undefined

  /** @param count threads, at least 1 */
  constructor(count: number) {
    this.#count = count
  }

  /** A slot to fill, if one is free. */
  take(): Slot | undefined {
    if (this.#threads.length === 0) this.#start()
    return this.#free.pop()
  }

  release(slot: Slot): void {
    this.#free.push(slot)
  }

  /** Has the least busy thread decode a slot. Rejects if the thread dies. */
  decode(task: Task): Promise<Done> {
    const done = new Promise<Done>((resolve, reject) => {
      if (this.#failure) return reject(this.#failure)
      this.#waiting[task.slot] = { resolve, reject }
      const thread = this.#threads.reduce((least, other) => (other.tasks < least.tasks ? other : least))
      thread.tasks++
      this.pieces++
      thread.worker.postMessage(task)
    })
    // It is awaited in its turn, which may be after it failed.
    done.catch(() => {})
    return done
  }

  async close(): Promise<void> {
    this.#failure ??= new Error('the decoding threads were closed')
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #start(): void {
    // Two for each thread, one it decodes and one that waits, and one to fill.
    const memory = Array.from({ length: 2 * this.#count + 1 }, slotMemory)
    this.#slots.push(...memory.map((part, index) => new Slot(index, part)))
    this.#free.push(...this.#slots)
    for (let n = 0; n < this.#count; n++) {
      const worker = new Worker(new URL('./decode-worker.ts', import.meta.url), { workerData: memory, execArgv: [] })
      const thread: Thread = { worker, tasks: 0 }
      worker.on('message', (done: Done) => {
        thread.tasks--
        this.#waiting[done.slot]?.resolve(done)
        this.#waiting[done.slot] = undefined
      })
      worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
      worker.on('exit', () => this.#fail(new Error('a decoding thread ended')))
      this.#threads.push(thread)
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const waiting of this.#waiting) waiting?.reject(this.#failure)
    this.#waiting.fill(undefined)
  }
}
