/**
 * `node bench/firewall.ts [SHARE]`: decoding of the firewall logs that must be very fast, in one thread, against `wc -l` on the same
 * file in the same run: in turns, one warm-up, median of five. Inputs are made once in .cache/bench; SHARE makes
 * them smaller or larger than usual. `npm run bench` runs it last.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { decodeInput } from '../src/pipeline/decode.ts'
import { openInputs } from '../src/source/inputs.ts'
import type { Input } from '../src/source/source.ts'
import { writeAsa, writePanos } from './generate/firewall.ts'
import { Output } from './generate/output.ts'

const rounds = 5
const contests = [
  { format: 'cisco-asa', file: 'asa.log', write: writeAsa, lines: 2_000_000, most: 15 },
  { format: 'palo-alto', file: 'panos.csv', write: writePanos, lines: 600_000, most: 30 },
] as const

function ensure(file: string, lines: number, write: (output: Output, lines: number) => void): string {
  const folder = join(import.meta.dirname, '..', '.cache', 'bench')
  const path = join(folder, `${lines}.${file}`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const output = new Output(path)
  write(output, lines)
  output.close()
  return path
}

async function decodeSeconds(path: string, format: string): Promise<number> {
  const start = performance.now()
  const options = {
    format,
    sensor: 0,
    newest: Date.UTC(2026, 10, 23) * 1000,
    rules: new Dictionary(),
    batch: new EventBatch(),
  }
  const { tally } = await decodeInput(openInputs([path])[0] as Input, options, () => {})
  if (tally.malformed > 0) throw new Error(`${path}: ${tally.malformed} malformed lines in a benchmark input`)
  return (performance.now() - start) / 1000
}

function countSeconds(path: string): number {
  const start = performance.now()
  const { status } = spawnSync('wc', ['-l', path])
  if (status !== 0) throw new Error('wc failed')
  return (performance.now() - start) / 1000
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number

/** Prints a table. @param share of the usual number of lines */
export async function compareWithCounting(share = 1): Promise<void> {
  console.log('| format | MB | lines | decode s | ns a line | MB/s | wc -l s | ratio | goal |')
  console.log('|---|---|---|---|---|---|---|---|---|')
  for (const { format, file, write, lines: usual, most } of contests) {
    const lines = Math.round(usual * share)
    const path = ensure(file, lines, write)
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const seconds = await decodeSeconds(path, format)
      const counted = countSeconds(path)
      if (round === 0) continue
      ours.push(seconds)
      theirs.push(counted)
    }
    const megabytes = statSync(path).size / 1e6
    const [seconds, counted] = [median(ours), median(theirs)]
    const cells = [megabytes.toFixed(0), lines, seconds.toFixed(2), ((seconds / lines) * 1e9).toFixed(0)]
    const rest = [(megabytes / seconds).toFixed(0), counted.toFixed(3), (seconds / counted).toFixed(1), `<= ${most}`]
    console.log(`| ${[format, ...cells, ...rest].join(' | ')} |`)
  }
}

if (import.meta.main) await compareWithCounting(Number(process.argv[2] ?? 1))
