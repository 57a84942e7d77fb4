/**
 * Makes the benchmark's inputs: `node bench/generate.ts [EVENTS] [FORMAT...]`. The same numbers give the same bytes.
 * Files go to .cache/bench, each with an .about beside it that says what is inside.
 */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Output } from './generate/output.ts'
import { writePcap } from './generate/pcap.ts'
import { writeEve, writeKernel, writeZeek } from './generate/rows.ts'
import { Traffic } from './generate/traffic.ts'

export const defaultEvents = 5_000_000
/** 22 November 2026, 00:00 UTC, in microseconds. */
const start = Date.UTC(2026, 10, 22) * 1000
const clientsEach = 20

/** `fresh`: share of the benign conversations that are new attempts, so that >= 10 % of all events (packets or rows) are. */
const writers = {
  pcap: { write: writePcap, file: 'pcap', fresh: 0.9 },
  zeek: { write: writeZeek, file: 'conn.log', fresh: 0.12 },
  kernel: { write: writeKernel, file: 'kern.log', fresh: 0.12 },
  eve: { write: writeEve, file: 'eve.json', fresh: 0.12 },
} as const

export type Input = keyof typeof writers
export const inputs = Object.keys(writers) as Input[]

/** The path of an input of `events` events; made first where it is not there. */
export function ensure(input: Input, events: number): string {
  const folder = join(import.meta.dirname, '..', '.cache', 'bench')
  const { write, file, fresh } = writers[input]
  const path = join(folder, `${events}.${file}`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const traffic = new Traffic(42, Math.max(1000, Math.floor(events / clientsEach)), fresh)
  const output = new Output(path)
  write(output, traffic, events, start)
  output.close()
  const contents = { events, newAttempts: traffic.fresh, sources: traffic.sources, bytes: statSync(path).size }
  writeFileSync(`${path}.about`, `${JSON.stringify(contents)}\n`)
  return path
}

if (import.meta.main) {
  const [events = defaultEvents, ...wanted] = process.argv.slice(2)
  for (const input of inputs) {
    if (wanted.length === 0 || wanted.includes(input)) console.log(ensure(input, Number(events)))
  }
}
