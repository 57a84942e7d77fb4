import { createReadStream } from 'node:fs'
import { appendFile, mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { membersOf } from '../format/format.ts'
import type { IntelMeaning } from '../intel.ts'
import { type EntryAbout, keptText, meanings } from '../list/entry.ts'
import type { ServiceAnswer } from './online.ts'
import type { Pace } from './pace.ts'

const mostAnswers = 10_000
/** A file that is longer than twice what is kept is written anew; a file that is longer than this is not ours. */
const mostBytes = 64 << 20

/** A question, when it was asked, and what came of it: an answer, or null for a failure. */
interface Kept {
  readonly at: number
  readonly address: string
  readonly answer: ServiceAnswer | null
}

/**
 * What a service was asked and what it said: in memory, and in a file of JSON lines so that the next run neither asks again nor
 * asks faster. The newest 10,000 answers are kept. Times are milliseconds.
 */
export class KeptAnswers {
  readonly #file: string | null
  readonly #answers = new Map<string, Kept>()
  readonly #pace: Pace

  private constructor(file: string | null, pace: Pace) {
    this.#file = file
    this.#pace = pace
  }

  /** @param file null: in memory only. What in it cannot be read is passed over. @param pace counts every question */
  static async open(file: string | null, pace: Pace, now: number): Promise<KeptAnswers> {
    const kept = new KeptAnswers(file, pace)
    if (file === null) return kept
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    )
    if (size === 0) return kept
    let lines = 0
    if (size <= mostBytes) {
      for await (const line of createInterface({ input: createReadStream(file) })) {
        lines++
        const read = keptOf(line)
        // A time to come is of a broken clock, and would be believed until then.
        if (read !== undefined && read.at <= now) kept.#take(read)
      }
    }
    if (lines > 2 * mostAnswers || size > mostBytes) await kept.#rewrite(file)
    return kept
  }

  find(address: string, since: number): ServiceAnswer | undefined {
    const kept = this.#answers.get(address)
    return kept !== undefined && kept.at >= since ? (kept.answer ?? undefined) : undefined
  }

  /** @throws where the file cannot be written; in memory it is kept all the same */
  async add(address: string, at: number, answer: ServiceAnswer | null): Promise<void> {
    const kept = { at, address, answer }
    this.#take(kept)
    if (this.#file === null) return
    await mkdir(dirname(this.#file), { recursive: true })
    await appendFile(this.#file, `${JSON.stringify(kept)}\n`)
  }

  #take(kept: Kept): void {
    this.#pace.take(kept.at)
    if (kept.answer === null) return
    this.#answers.delete(kept.address)
    this.#answers.set(kept.address, kept)
    if (this.#answers.size > mostAnswers) this.#answers.delete(this.#answers.keys().next().value as string)
  }

  async #rewrite(file: string): Promise<void> {
    const lines = [...this.#answers.values()].map((kept) => `${JSON.stringify(kept)}\n`)
    await writeFile(`${file}.new`, lines.join(''))
    await rename(`${file}.new`, file)
  }
}

/** A line of the file; undefined where it is torn or not ours. */
function keptOf(line: string): Kept | undefined {
  try {
    const { at, address, answer } = membersOf(JSON.parse(line))
    if (typeof at !== 'number' || typeof address !== 'string' || address.length > 64) return undefined
    if (answer === null) return { at, address, answer }
    const { about, text } = membersOf(answer)
    return { at, address, answer: { about: about === null ? null : aboutOf(about), text: keptText(text) ?? '' } }
  } catch {
    return undefined
  }
}

function aboutOf(value: unknown): EntryAbout {
  const { name, means, confidence, firstSeen, lastSeen, validUntil } = membersOf(value)
  return {
    name: keptText(name),
    means: meanings.find((meaning): meaning is IntelMeaning => meaning === means),
    confidence: numberOf(confidence),
    firstSeen: numberOf(firstSeen),
    lastSeen: numberOf(lastSeen),
    validUntil: numberOf(validUntil),
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
