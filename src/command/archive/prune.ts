import { checkArchive } from '../../archive/layout.ts'
import { prune, type Retention } from '../../archive/retention.ts'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { bytes, listed, several } from '../../base/quantity.ts'
import { bytesOf } from '../../config/archive.ts'
import { loadConfig } from '../../config/load.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'

export async function pruneArchive(invocation: Invocation, directory: string): Promise<number> {
  checkArchive(directory)
  const pruned = prune(directory, await retentionOf(invocation), now())
  const { terminal } = invocation
  if (invocation.flag('json')) {
    terminal.out(`${jsonLine(pruned)}\n`)
    return ExitCode.done
  }
  const of = pruned.files === 0 ? '' : ` of ${listed(pruned.days)}`
  terminal.out(`${several(pruned.files, 'file')} (${bytes(pruned.bytes)})${of} removed\n`)
  for (const path of pruned.foreign) terminal.err(`sweepwatch: ${printable(path)} is not Sweepwatch's and was left\n`)
  return ExitCode.done
}

/** @throws Problem `usage` where nothing says what is kept */
async function retentionOf(invocation: Invocation): Promise<Retention> {
  const { config } = await loadConfig(invocation.text('config'))
  const keepDays = daysIn(invocation.text('keep-days')) ?? config.archive?.keepDays
  const maxBytes = sizeIn(invocation.text('max-bytes')) ?? config.archive?.maxBytes
  if (keepDays === undefined && maxBytes === undefined) {
    throw new Problem('usage', 'nothing says how much is kept', {
      hint: 'Give --keep-days or --max-bytes, or keepDays: or maxBytes: under archive: in the configuration.',
    })
  }
  return { ...(keepDays === undefined ? {} : { keepDays }), ...(maxBytes === undefined ? {} : { maxBytes }) }
}

function daysIn(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,5}$/.test(text)) return text === undefined ? undefined : Number(text)
  throw new Problem('usage', `--keep-days ${text}: no number of days`)
}

function sizeIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const size = /^\d{1,15}$/.test(text) ? Number(text) : bytesOf(text)
  if (size !== undefined) return size
  throw new Problem('usage', `--max-bytes ${text}: no size`, { hint: 'Write 50GB, 500MB, or bytes.' })
}
