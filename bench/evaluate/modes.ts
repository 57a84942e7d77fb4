import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Analysis } from '../../src/case/analysis.ts'
import { type AnalyzeOptions, analyze } from '../../src/pipeline/analyze.ts'

/** How much is known when a contact is judged. */
export interface Mode {
  readonly name: string
  readonly causal: boolean
  readonly warm: boolean
}

export const modes: readonly Mode[] = [
  { name: 'causal, cold', causal: true, warm: false },
  { name: 'whole input', causal: false, warm: false },
  { name: 'causal, warm', causal: true, warm: true },
]

/** Analyses under a mode. A warm run starts from a copy of what one ordinary day taught, and leaves the original alone. */
export class Bench {
  readonly #taught: string | undefined
  readonly #folder = mkdtempSync(join(tmpdir(), 'sweepwatch-evaluate-'))

  private constructor(taught: boolean) {
    this.#taught = taught ? join(this.#folder, 'day') : undefined
  }

  /** @param day a capture of an ordinary day; without it there are no warm runs */
  static async open(day: string | undefined, net: readonly string[]): Promise<Bench> {
    const bench = new Bench(day !== undefined && existsSync(day))
    if (bench.#taught !== undefined && day !== undefined) {
      const earlier = join(bench.#folder, 'earlier.pcap')
      writeFileSync(earlier, twoDaysEarlier(gunzipSync(readFileSync(day))))
      await analyze({ paths: [earlier], net, causal: true, state: bench.#taught })
    }
    return bench
  }

  can(mode: Mode): boolean {
    return !mode.warm || this.#taught !== undefined
  }

  async run(mode: Mode, options: AnalyzeOptions): Promise<Analysis> {
    if (!mode.warm || this.#taught === undefined) return analyze({ ...options, causal: mode.causal })
    const state = join(this.#folder, 'copy')
    cpSync(this.#taught, state, { recursive: true })
    try {
      return await analyze({ ...options, causal: mode.causal, state })
    } finally {
      rmSync(state, { recursive: true })
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true })
  }
}

/** What was learned must lie before what is judged: the day was recorded after some of the captures. */
function twoDaysEarlier(pcap: Buffer): Buffer {
  for (let at = 24; at + 16 <= pcap.length; at += 16 + pcap.readUInt32LE(at + 8))
    pcap.writeUInt32LE(pcap.readUInt32LE(at) - 2 * 86400, at)
  return pcap
}
