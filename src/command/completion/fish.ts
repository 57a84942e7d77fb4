import type { DescribedCommand, DescribedOption } from './described.ts'

export function fishCompletion(commands: readonly DescribedCommand[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c sweepwatch -n __fish_use_subcommand -f -a ${command.id} -d ${quoted(command.about)}`,
    ...command.options.map((option) => optionLine(command.id, option)),
    argumentLine(command),
  ])
  return `# fish completion for sweepwatch\n${lines.join('\n')}\n`
}

function within(id: string): string {
  return `complete -c sweepwatch -n '__fish_seen_subcommand_from ${id}'`
}

function optionLine(id: string, { long, about, takesValue, choices, completes }: DescribedOption): string {
  const values =
    choices.length > 0
      ? ` -x -a '${choices.join(' ')}'`
      : completes === 'file' || completes === 'directory'
        ? ' -r -F'
        : ' -x'
  return `${within(id)} -l ${long.slice(2)}${takesValue ? values : ''} -d ${quoted(about)}`
}

function argumentLine({ id, choices, completes }: DescribedCommand): string {
  if (choices.length > 0) return `${within(id)} -f -a '${choices.join(' ')}'`
  return completes === 'file' ? `${within(id)} -F` : `${within(id)} -f`
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
