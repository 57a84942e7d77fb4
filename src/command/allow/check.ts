import { entryErrors, entryWarnings } from '../../asset/allow-entry.ts'
import { openAllowlist } from '../../asset/allowlist.ts'
import type { AllowEntry } from '../../asset/asset.ts'
import { openRecurrence } from '../../asset/recurrence.ts'
import { now } from '../../base/clock.ts'
import { several } from '../../base/quantity.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import { paint } from '../../report/look.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { allowSources } from './entries.ts'

const month = 31 * 86400e3

/** What is said of one entry. */
interface Checked {
  readonly id: string
  readonly from: string
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** When the window opens next, ISO 8601; absent without a window. */
  readonly next?: readonly string[]
}

/** Says what is wrong with entries; exits 2 where one cannot be used. */
export async function checkEntries(invocation: Invocation, files: readonly string[]): Promise<number> {
  const { terminal } = invocation
  const sources = await allowSources(invocation, files)
  const checked: Checked[] = []
  for (const { from, entries } of sources) for (const entry of entries) checked.push(await checkedOf(entry, from))
  for (const each of checked) {
    if (invocation.flag('json')) terminal.out(`${jsonLine(each)}\n`)
    else terminal.out(checkedText(each, (text) => paint(terminal.outLook, 'bold', text)))
  }
  const wrong = checked.filter(({ errors }) => errors.length > 0).length
  if (wrong === 0) await openAllowlist(sources.flatMap(({ entries }) => entries))
  if (!invocation.flag('json')) {
    const warned = checked.filter(({ warnings }) => warnings.length > 0).length
    terminal.out(`${several(checked.length, 'entry', 'entries')}: ${wrong} cannot be used, ${warned} to be looked at\n`)
  }
  return wrong > 0 ? ExitCode.usage : ExitCode.done
}

async function checkedOf(entry: AllowEntry, from: string): Promise<Checked> {
  const at = now() / 1000
  const errors = await entryErrors(entry)
  const warnings = errors.length > 0 ? [] : [...entryWarnings(entry, at)]
  if (errors.length > 0 || entry.window === undefined) return { id: entry.id, from, errors, warnings }
  const window = await openRecurrence(entry.window)
  const openings = typeof window === 'string' ? [] : window.openings(at, at + month).slice(0, 3)
  if (openings.length === 0) warnings.push(`${entry.id} does not open within the next 31 days.`)
  const next = openings.map(({ start, end }) => `${isoMinute(start)} to ${isoMinute(end)}`)
  return { id: entry.id, from, errors, warnings, next }
}

function checkedText({ id, from, errors, warnings, next = [] }: Checked, bold: (text: string) => string): string {
  const lines = [
    ...errors.map((text) => `wrong: ${text}`),
    ...warnings.map((text) => `note: ${text}`),
    ...(next.length === 0 ? [] : [`opens ${next.join(', ')} UTC`]),
  ]
  const state = errors.length > 0 ? 'cannot be used' : 'can be used'
  return `${bold(printable(id || '(without id)'))}  ${state}  (${printable(from)})\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`
}

function isoMinute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
