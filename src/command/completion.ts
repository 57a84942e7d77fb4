import type { CommandSpec } from './command.ts'
import { bashCompletion } from './completion/bash.ts'
import { describeCommands } from './completion/described.ts'
import { fishCompletion } from './completion/fish.ts'
import { zshCompletion } from './completion/zsh.ts'
import { ExitCode } from './exit-code.ts'

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

export default {
  id: 'completion',
  about: 'Print the completion script of a shell.',
  examples: [
    { line: 'source <(sweepwatch completion bash)', about: 'bash: for good, put the line into ~/.bashrc' },
    { line: 'sweepwatch completion zsh > ~/.zfunc/_sweepwatch', about: 'zsh: a folder in $fpath' },
    { line: 'sweepwatch completion fish > ~/.config/fish/completions/sweepwatch.fish', about: 'fish' },
  ],
  argument: { name: '<SHELL>', about: 'bash, zsh or fish', choices: ['bash', 'zsh', 'fish'] },
  options: [],
  async run({ words, terminal }) {
    // Loaded late: the registry holds this command as well.
    const [{ commands }, { formats }] = await Promise.all([import('./registry.ts'), import('../format/registry.ts')])
    const described = describeCommands(
      commands,
      formats.map(({ id }) => id),
    )
    terminal.out(scripts[words[0] as keyof typeof scripts](described))
    return ExitCode.done
  },
} satisfies CommandSpec
