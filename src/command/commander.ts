import process from 'node:process'
import { Argument, Command, CommanderError, Option } from 'commander'
import { Problem } from '../base/problem.ts'
import { version } from '../base/version.ts'
import { printable } from '../report/escape.ts'
import { type Look, paint } from '../report/look.ts'
import type { ArgumentSpec, CommandSpec, Invocation, OptionSpec } from './command.ts'
import { ExitCode, exitCodeOf } from './exit-code.ts'
import { commands } from './registry.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** Where a command line runs, for whom, and which commands there are. */
export interface CommandSite {
  readonly terminal: Terminal
  readonly specs: readonly CommandSpec[]
  readonly actor?: NonNullable<Invocation['actor']>
}

/** Runs what was typed and says how it ended: here, or by a service (`--server`). Never throws: every error becomes a message on stderr and an exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const terminal = openTerminal(!words.includes('--no-color'))
  try {
    const { serverOf } = await import('./remote/server-options.ts')
    const { server, rest } = serverOf(words, process.env)
    if (server === undefined) return await runWords(rest, { terminal, specs: commands })
    const { runByService } = await import('./remote/client.ts')
    return await runByService(server, rest, terminal)
  } catch (error) {
    return report(error, terminal)
  }
}

/** Runs a command line with the given commands. Never throws. */
export async function runWords(words: readonly string[], site: CommandSite): Promise<number> {
  const { terminal } = site
  let code: number = ExitCode.done
  const program = buildProgram(site, (ended) => {
    code = ended
  })
  try {
    const typed = words.filter((word) => word !== '--no-color')
    if (typed.length === 0) {
      terminal.out(shortHelp(terminal.outLook))
      return ExitCode.done
    }
    const bare =
      typed.length === 1
        ? site.specs.find(({ id, argument }) => id === typed[0] && argument?.name.startsWith('<'))
        : undefined
    if (bare) {
      terminal.err(shortCommandHelp(bare, terminal.errLook))
      return ExitCode.usage
    }
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    return report(error, terminal)
  }
}

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage
  const label = paint(terminal.errLook, ['bold', 'red'], 'sweepwatch:')
  if (error instanceof Problem) {
    terminal.err(`${label} ${printable(error.message)}\n`)
    if (error.hint) terminal.err(`${printable(error.hint)}\n`)
    return exitCodeOf(error.code)
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.err(`${label} unexpected error, please report it\n${text.split('\n').map(printable).join('\n')}\n`)
  return ExitCode.failed
}

function buildProgram(site: CommandSite, ended: (code: number) => void): Command {
  const { terminal } = site
  const program = prepare(new Command('sweepwatch'), terminal)
    .usage('COMMAND [options]')
    .description('Finds the scans of your IP blocks in the logs you already have, and shows how it knows.')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('before', `${examples(terminal.outLook, startingPoints)}`)
    .addHelpText('after', exitCodes)
  program.helpCommand('help [command]', 'show the help of a command')
  for (const spec of site.specs) program.addCommand(build(spec, site, ended))
  return program
}

function prepare(command: Command, terminal: Terminal): Command {
  return command
    .option('--no-color', 'no colour (also: NO_COLOR=1)')
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      writeOut: terminal.out,
      writeErr: (text) => terminal.err(text.replace(/^error: /, 'sweepwatch: ')),
    })
    .configureHelp({ helpWidth: terminal.outLook.columns, showGlobalOptions: false })
    .exitOverride()
    .showSuggestionAfterError(true)
}

function build(spec: CommandSpec, { terminal, actor }: CommandSite, ended: (code: number) => void): Command {
  const command = prepare(new Command(spec.id), terminal)
    .description(spec.about)
    .addHelpText('before', `${examples(terminal.outLook, spec.examples)}`)
    .showHelpAfterError(`Try \`sweepwatch ${spec.id} --help\`.`)
  if (spec.argument) command.addArgument(argumentOf(spec.argument))
  for (const option of spec.options) command.addOption(optionOf(option))
  command.action(async (...given: unknown[]) => {
    const words = spec.argument ? [given[0]].flat().filter((word) => typeof word === 'string') : []
    ended(await spec.run({ ...invocation(words, command, terminal), ...(actor && { actor }) }))
  })
  return command
}

function argumentOf(spec: ArgumentSpec): Argument {
  const argument = new Argument(spec.name, spec.about)
  return spec.choices ? argument.choices([...spec.choices]) : argument
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.about)
  if (spec.choices) option.choices([...spec.choices])
  if (spec.repeatable) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
  return option
}

function invocation(words: readonly string[], command: Command, terminal: Terminal): Invocation {
  const value = (option: string): unknown =>
    command.getOptionValue(option.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()))
  return {
    words,
    terminal,
    text: (option) => value(option) as string | undefined,
    list: (option) => (value(option) as string[] | undefined) ?? [],
    flag: (option) => value(option) === true,
  }
}

const startingPoints = [
  { line: 'sweepwatch demo', about: 'see what it does on a bundled capture' },
  { line: 'sweepwatch analyze --net 192.0.2.0/24 capture.pcap', about: 'who scanned this block?' },
  {
    line: 'sweepwatch analyze --report report.html /var/log/firewall/',
    about: 'a folder of logs, as a report to hand on',
  },
]

function examples(look: Look, list: readonly { line: string; about: string }[]): string {
  const width = Math.max(...list.map((example) => example.line.length))
  const lines = list.map(({ line, about }) => `  ${line.padEnd(width)}  ${paint(look, 'dim', `# ${about}`)}`)
  return `${paint(look, 'bold', list.length === 1 ? 'Example:' : 'Examples:')}\n${lines.join('\n')}\n`
}

function shortHelp(look: Look): string {
  const width = Math.max(...commands.map((command) => command.id.length))
  const list = commands.map((command) => `  ${command.id.padEnd(width)}  ${command.about.split(/[.:;](?:\s|$)/, 1)[0]}`)
  const title = 'Sweepwatch finds the scans of your IP blocks in the logs you already have, and shows how it knows.'
  return `${title}\n\n${examples(look, startingPoints)}\n${paint(look, 'bold', 'Commands:')}\n${list.join('\n')}\n\n\`sweepwatch COMMAND --help\` says more.\n`
}

function shortCommandHelp(spec: CommandSpec, look: Look): string {
  const usage = `Usage: sweepwatch ${spec.id} [options] ${spec.argument?.name ?? ''}`
  return `${examples(look, spec.examples)}\n${usage}\n${spec.argument?.about ?? ''}\n\n\`sweepwatch ${spec.id} --help\` says more.\n`
}

const exitCodes = `
Against a running service: sweepwatch --server URL --token-file FILE COMMAND (docs/remote.md), or SWEEPWATCH_SERVER and SWEEPWATCH_TOKEN_FILE.
Exit codes: 0 done; 1 failed; 2 usage or configuration; 3 --fail-on met; 4 done, but part of the input was damaged.`
