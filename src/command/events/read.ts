import type { Address } from '../../base/address.ts'
import { Problem } from '../../base/problem.ts'
import { count } from '../../base/quantity.ts'
import type { EventBatch } from '../../event/batch.ts'
import { Dictionary } from '../../event/dictionary.ts'
import { type EventRecord, toRecord } from '../../event/record.ts'
import type { Tally } from '../../format/format.ts'
import type { Formats } from '../../format/formats.ts'
import { decodeInput } from '../../pipeline/decode.ts'
import { printable } from '../../report/escape.ts'
import { openInputs } from '../../source/inputs.ts'
import type { Input } from '../../source/source.ts'
import { newestOf } from '../newest.ts'
import type { Terminal } from '../terminal.ts'

export interface ReadOptions {
  readonly paths: readonly string[]
  readonly format: string | undefined
  readonly formats: Formats
  readonly classify: ((src: Address, dst: Address) => string) | undefined
  readonly terminal: Terminal
}

/**
 * Decodes the inputs one after the other and hands on their records, a batch at a time, before the next is read.
 * An input of no known format among several is told and passed over.
 * @returns whether anything was damaged
 */
export async function readEvents(
  options: ReadOptions,
  consume: (records: readonly EventRecord[]) => void,
): Promise<boolean> {
  const inputs = openInputs(options.paths)
  const rules = new Dictionary()
  let damaged = false
  for (const [sensor, input] of inputs.entries()) {
    try {
      const tally = await readInput(input, sensor, rules, options, consume)
      if (tally.malformed > 0) damaged = true
      sayMalformed(input, tally, options.terminal)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'unknown-format' || inputs.length === 1) throw error
      options.terminal.err(`sweepwatch: ${printable(error.message)}; passed over\n`)
    }
  }
  return damaged
}

async function readInput(
  input: Input,
  sensor: number,
  rules: Dictionary,
  { format: wanted, formats, classify }: ReadOptions,
  consume: (records: readonly EventRecord[]) => void,
): Promise<Tally> {
  const print = (batch: EventBatch) => {
    const context = { formats: formats.ids, source: input.name, rules, ...(classify && { classify }) }
    consume(Array.from({ length: batch.length }, (_, row) => toRecord(batch, row, context)))
  }
  const newest = newestOf(input)
  const options = { sensor, newest, rules, formats, ...(wanted === undefined ? {} : { format: wanted }) }
  const { tally } = await decodeInput(input, options, print)
  return tally
}

function sayMalformed(input: Input, tally: Tally, terminal: Terminal): void {
  if (tally.malformed === 0) return
  const records = tally.malformed === 1 ? 'record is' : 'records are'
  terminal.err(`sweepwatch: ${printable(input.name)}: ${count(tally.malformed)} ${records} damaged and were left out\n`)
  for (const { offset, reason } of tally.examples) terminal.err(`  at byte ${count(offset)}: ${printable(reason)}\n`)
  // The first few may all have the same cause; what else is wrong is seen in the numbers.
  if (tally.malformed === tally.examples.length) return
  for (const [reason, times] of tally.reasons) terminal.err(`  ${count(times)} times: ${printable(reason)}\n`)
}
