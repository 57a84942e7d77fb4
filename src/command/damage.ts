import { count } from '../base/quantity.ts'
import type { Summary } from '../detect/finding.ts'
import { printable } from '../report/escape.ts'
import type { Terminal } from './terminal.ts'

/** Says on stderr, input by input, what could not be read. */
export function sayDamage(summary: Summary, terminal: Terminal): void {
  for (const sensor of summary.sensors) {
    if (sensor.malformed === 0) continue
    const records = sensor.malformed === 1 ? 'record is' : 'records are'
    terminal.err(
      `sweepwatch: ${printable(sensor.source)}: ${count(sensor.malformed)} ${records} damaged and were left out\n`,
    )
  }
}
