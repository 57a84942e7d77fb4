import type { Terminal } from './terminal.ts'

/** What a shell completes a value with. */
export type Completes = 'file' | 'directory' | 'format' | 'none'

export interface OptionSpec {
  /** As commander reads it: `--net <CIDR>`, `--json`. */
  readonly flags: string
  readonly about: string
  /** May be given several times; the values are a list. */
  readonly repeatable?: boolean
  readonly choices?: readonly string[]
  readonly completes?: Completes
}

export interface ArgumentSpec {
  /** As commander reads it: `<PATH...>`, `[word]`. */
  readonly name: string
  readonly about: string
  readonly choices?: readonly string[]
  readonly completes?: Completes
}

/** What was typed: positional arguments, options by their long name without dashes, and where to print. */
export interface Invocation {
  readonly words: readonly string[]
  text(option: string): string | undefined
  list(option: string): readonly string[]
  flag(option: string): boolean
  readonly terminal: Terminal
  /** Who asks, where a service runs the command for somebody it knows: the options and the environment say nothing then. */
  readonly actor?: { readonly name: string; readonly login: string }
}

/** One command of the command line. Help, completion and dispatch all come from this object. */
export interface CommandSpec {
  readonly id: string
  readonly about: string
  readonly examples: readonly { readonly line: string; readonly about: string }[]
  readonly argument?: ArgumentSpec
  readonly options: readonly OptionSpec[]
  /** @returns the exit code (see `exit-code.ts`). Throws `Problem` for what a person can mend. */
  run(invocation: Invocation): Promise<number>
}
