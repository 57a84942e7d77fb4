import { readFile } from 'node:fs/promises'
import { replaceFile } from '../../../base/replace-file.ts'

/** The last time an address took the list. */
export interface Fetch {
  readonly address: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of the list it has since: the ETag. */
  readonly tag: string
}

/** A list is for a few firewalls; beyond these the one that is away longest is forgotten. */
const mostAddresses = 64

/** Who took the list, kept as evidence in a file: one process serves the list, another asks. */
export class Fetches {
  readonly #path: string
  readonly #known = new Map<string, Fetch>()
  #writing: Promise<void> | undefined
  #isStale = false

  constructor(path: string, known: readonly Fetch[]) {
    this.#path = path
    for (const each of known) this.#known.set(each.address, each)
  }

  note(fetch: Fetch): void {
    this.#known.delete(fetch.address)
    this.#known.set(fetch.address, fetch)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostAddresses && oldest !== undefined) this.#known.delete(oldest)
    this.#isStale = true
    this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    try {
      while (this.#isStale) {
        this.#isStale = false
        await replaceFile(this.#path, `${JSON.stringify([...this.#known.values()])}\n`, 0o600)
      }
    } catch {
      // The list is served all the same; that the evidence is missing shows as a firewall that has not come.
    } finally {
      this.#writing = undefined
    }
  }

  /** When all is written. */
  async settled(): Promise<void> {
    await this.#writing
  }
}

/** What was kept; nothing where there is nothing, or it is damaged. */
export async function readFetches(path: string): Promise<readonly Fetch[]> {
  try {
    const read: unknown = JSON.parse(await readFile(path, 'utf8'))
    return Array.isArray(read) ? read.filter(isFetch).slice(-mostAddresses) : []
  } catch {
    return []
  }
}

function isFetch(value: unknown): value is Fetch {
  const { address, at, tag } = (value ?? {}) as Partial<Fetch>
  return typeof address === 'string' && Number.isSafeInteger(at) && typeof tag === 'string'
}
