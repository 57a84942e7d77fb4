import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prefixesOf } from '../../archive/address-key.ts'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { loadConfig } from '../../config/load.ts'
import { type Known, readHistory } from '../../review/history/read-history.ts'
import type { History } from '../../review/history/use.ts'
import { addToArchive } from '../archive/add.ts'
import type { Invocation } from '../command.ts'

/** What the logs that are named tell, else what the archive does; undefined where there is neither. */
export async function trafficOf(
  invocation: Invocation,
  net: readonly string[],
  days: number,
  who: Known,
): Promise<History | undefined> {
  const options = { own: prefixesOf(net), days, who, now: now() }
  if (invocation.words.length > 0) return ofLogs(invocation, options)
  const directory =
    invocation.text('archive') ?? (await loadConfig(invocation.text('config'))).config.archive?.directory
  if (directory === undefined) return undefined
  return readHistory(directory, options)
}

/** Logs become an archive for the time of the review: packets are then put together to connections, and one way leads to the figures. */
async function ofLogs(invocation: Invocation, options: Parameters<typeof readHistory>[1]): Promise<History> {
  if (invocation.text('archive') !== undefined)
    throw new Problem('usage', 'give logs or --archive, not both', {
      hint: '`sweepwatch archive add` puts logs into an archive.',
    })
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-review-'))
  try {
    const directory = join(folder, 'events')
    const quiet = { ...invocation, flag: () => false, terminal: { ...invocation.terminal, out: () => {} } }
    await addToArchive(quiet, directory, invocation.words)
    return await readHistory(directory, options)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
