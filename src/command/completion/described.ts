import type { CommandSpec, Completes } from '../command.ts'

/** What the completion scripts are made of: every word a command takes, and what follows it. */
export interface DescribedOption {
  readonly long: string
  readonly about: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
  readonly completes: Completes
}

export interface DescribedCommand {
  readonly id: string
  readonly about: string
  readonly options: readonly DescribedOption[]
  readonly choices: readonly string[]
  readonly completes: Completes
}

export function describeCommands(
  commands: readonly CommandSpec[],
  formats: readonly string[],
): readonly DescribedCommand[] {
  return commands.map((command) => ({
    id: command.id,
    about: command.about.split(/[.:;](?:\s|$)/, 1)[0] ?? '',
    options: [
      ...command.options.map((option) => ({
        long: `--${/--([\w-]+)/.exec(option.flags)?.[1] ?? ''}`,
        about: option.about,
        takesValue: option.flags.includes('<'),
        choices: option.completes === 'format' ? formats : (option.choices ?? []),
        completes: option.completes ?? 'none',
      })),
      ...everywhere,
    ],
    choices: command.argument?.choices ?? [],
    completes: command.argument?.completes ?? 'none',
  }))
}

const everywhere: readonly DescribedOption[] = [
  { long: '--help', about: 'show the help', takesValue: false, choices: [], completes: 'none' },
  { long: '--no-color', about: 'no colour', takesValue: false, choices: [], completes: 'none' },
]
