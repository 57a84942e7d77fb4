import { stat } from 'node:fs/promises'
import { expiryOf } from '../../asset/allow-entry.ts'
import { openAllowlist } from '../../asset/allowlist.ts'
import type { AllowEntry, Allowlist } from '../../asset/asset.ts'
import { openRecurrence } from '../../asset/recurrence.ts'
import { loadAllowFile } from '../../config/allow.ts'
import { loadConfig } from '../../config/load.ts'
import type { Site } from '../site.ts'

/** The entries that the service goes by, each with where it stands. */
export interface AllowKnown {
  readonly list: Allowlist
  readonly entries: readonly { readonly entry: AllowEntry; readonly from: string }[]
}

const known = new WeakMap<Site, { readonly stamp: string; readonly value: AllowKnown }>()

/** The entries of the configuration and of the files that the service was begun with; read again when one of them changed. */
export async function allowKnown(site: Site): Promise<AllowKnown> {
  const files = site.commands?.allow ?? []
  const stamp = (await Promise.all([site.configFile ?? 'sweepwatch.yaml', ...files].map(stampOf))).join(' ')
  const last = known.get(site)
  if (last?.stamp === stamp) return last.value
  const { config, file } = await loadConfig(site.configFile)
  const sources = [
    ...(await Promise.all(files.map(async (from) => ({ from, entries: await loadAllowFile(from) })))),
    { from: file ?? '', entries: config.allow ?? [] },
  ]
  const entries = sources.flatMap(({ from, entries }) => entries.map((entry) => ({ entry, from })))
  const value = { entries, list: await openAllowlist(entries.map(({ entry }) => entry)) }
  known.set(site, { stamp, value })
  return value
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? '-' : `${found.mtimeMs}/${found.size}/${found.ino}`
}

/** Whether an entry holds at a moment. @param at milliseconds */
export async function standing(entry: AllowEntry, at: number): Promise<'in force' | 'outside its window' | 'expired'> {
  if (expiryOf(entry.expires) <= at) return 'expired'
  if (entry.window === undefined) return 'in force'
  const window = await openRecurrence(entry.window)
  const openings = typeof window === 'string' ? [] : window.openings(at - entry.window.minutes * 60_000, at + 1)
  return openings.some(({ start, end }) => start <= at && at < end) ? 'in force' : 'outside its window'
}
