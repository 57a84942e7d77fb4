import type { Entry } from './entries.ts'

const codes: readonly (readonly [string, readonly string[], string])[] = [
  ['0', ['done'], 'Done. It says nothing of what was found: use --fail-on to make scans change the exit code.'],
  [
    '1',
    ['failed'],
    'Failed: an input could not be opened or is in no known format, a report could not be written, or there is a fault in Sweepwatch. The message says which.',
  ],
  [
    '2',
    ['usage'],
    'The command line or sweepwatch.yaml is wrong. Nothing was read. The message says what was probably meant.',
  ],
  [
    '3',
    ['fail-on', '--fail-on'],
    'A scan at or above the level of --fail-on was found. The report is printed as usual. It wins over 4: a pipeline that asked to be stopped by a scan is stopped; damage is still told on stderr and in the summary.',
  ],
  [
    '4',
    ['damaged', 'damage'],
    'Done, but part of the input was damaged: records that claim to be of the format and cannot be read, or an archive that ends too early. Everything readable was analysed. stderr says how much of which file. A packet cut by the snaplen, or lines of other programs in a syslog file, are no damage.',
  ],
  ['130', ['sigint', 'interrupted'], 'Interrupted from the keyboard (SIGINT). Nothing was kept.'],
  ['143', ['sigterm', 'terminated'], 'Ended by SIGTERM. Nothing was kept.'],
]

export const exitCodeEntries: readonly Entry[] = codes.map(([name, aliases, about]) => ({
  name,
  kind: 'exit code',
  aliases: [`exit ${name}`, `exit code ${name}`, ...aliases],
  about: [about],
}))
