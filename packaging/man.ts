import type { CommandSpec } from '../src/command/command.ts'
import { exitCodeEntries } from '../src/command/explain/exit-codes.ts'

/** The manual page sweepwatch(1), from the commands' own descriptions; mdoc(7). */
export function manualPage(commands: readonly CommandSpec[], version: string, date: string): string {
  return [
    `.Dd ${date}`,
    '.Dt SWEEPWATCH 1',
    `.Os Sweepwatch ${version}`,
    '.Sh NAME',
    '.Nm sweepwatch',
    '.Nd finds the scans of your IP blocks in the logs you already have, and shows how it knows',
    '.Sh SYNOPSIS',
    '.Nm',
    '.Ar command',
    '.Op Ar options',
    '.Nm',
    '.Cm help',
    '.Op Ar command',
    '.Sh COMMANDS',
    ...commands.flatMap(commandLines),
    '.Sh FILES',
    '.Bl -tag -width Ds',
    '.It Pa /etc/sweepwatch/sweepwatch.yaml',
    'Configuration of the service.',
    'Other commands read',
    '.Pa sweepwatch.yaml',
    'in the working directory, or what',
    '.Fl -config',
    'names.',
    '.It Pa /var/lib/sweepwatch',
    'State of the service: cases, ledger, archive, accounts.',
    'Only the system user sweepwatch may look into it.',
    '.El',
    '.Sh EXIT STATUS',
    '.Bl -tag -width Ds',
    ...exitCodeEntries.flatMap(({ name, about }) => [`.It ${name}`, ...about.flatMap(prose)]),
    '.El',
    '.Sh SEE ALSO',
    '.Xr journalctl 1 ,',
    '.Xr systemctl 1 ,',
    '.Xr nft 8 ,',
    '.Xr tcpdump 8',
    '',
  ].join('\n')
}

function commandLines({ id, about, argument, options, examples }: CommandSpec): readonly string[] {
  return [
    `.Ss ${id}${argument === undefined ? '' : ` ${escaped(argument.name)}`}`,
    ...prose(about),
    ...(argument === undefined ? [] : ['.Pp', ...prose(`${argument.name}: ${argument.about}.`)]),
    ...(options.length === 0 ? [] : ['.Bl -tag -width Ds']),
    ...options.flatMap((option) => [`.It Sy ${escaped(option.flags)}`, ...prose(option.about), ...choices(option)]),
    ...(options.length === 0 ? [] : ['.El']),
    '.Pp',
    examples.length === 1 ? 'Example:' : 'Examples:',
    '.Bd -literal -offset indent',
    ...examples.flatMap((example) => [`# ${escaped(example.about)}`, escaped(example.line)]),
    '.Ed',
  ]
}

function choices({ choices = [], repeatable = false }: CommandSpec['options'][number]): readonly string[] {
  const said = [
    ...(choices.length > 0 ? [`One of ${choices.join(', ')}.`] : []),
    ...(repeatable ? ['May be given several times.'] : []),
  ]
  return said.flatMap((text) => ['.Pp', ...prose(text)])
}

/** A new line a sentence, as manual pages are written: the formatter knows then where one ends. */
function prose(text: string): readonly string[] {
  return text.split(/(?<=[.;:!?]) /).map(escaped)
}

/** Nothing of a text is an instruction to the formatter: not a backslash, a hyphen, nor a line that begins with a dot or quote. */
function escaped(text: string): string {
  const plain = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('—', '\\(em').replaceAll('…', '...')
  return /^[.']/.test(plain) ? `\\&${plain}` : plain
}
