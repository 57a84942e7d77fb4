import { keyLines, loadConfig } from '../config/load.ts'
import { configKeys } from '../config/schema.ts'
import { jsonLine, printable } from '../report/escape.ts'
import { paint } from '../report/look.ts'
import { caseContext } from './case-context.ts'
import { formatsFor } from './check-format.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { networkOptions, ownNetworks } from './own-networks.ts'

/** One setting as it holds. */
interface Setting {
  readonly key: string
  readonly value: unknown
  /** An option, a file with its line, or what happens where it is not given. */
  readonly from: string
}

const defaults: Readonly<Record<string, string>> = {
  networks: 'default: inferred from the traffic',
  sources: 'default: none; name them to `watch`',
  formats: 'default: those that `sweepwatch formats` lists',
}

export default {
  id: 'check',
  about: 'Check the configuration and print what holds: every setting with its value and where that came from.',
  examples: [
    { line: 'sweepwatch check', about: 'sweepwatch.yaml here' },
    { line: 'sweepwatch check --config new.yaml --json', about: 'another file, one JSON object a line' },
  ],
  options: [...networkOptions, { flags: '--json', about: 'JSON Lines instead of text' }],
  async run(invocation) {
    const settings = await settingsOf(invocation)
    const { terminal } = invocation
    const width = Math.max(...settings.map(({ key }) => key.length))
    for (const { key, value, from } of settings) {
      if (invocation.flag('json')) terminal.out(`${jsonLine({ key, value: value ?? null, from })}\n`)
      else {
        const shown = value === undefined ? '-' : printable(typeof value === 'string' ? value : JSON.stringify(value))
        terminal.out(
          `${paint(terminal.outLook, 'bold', key.padEnd(width))}  ${shown}  ${paint(terminal.outLook, 'dim', `(${printable(from)})`)}\n`,
        )
      }
    }
    return ExitCode.done
  },
} satisfies CommandSpec

/** Everything that could fail at the start of a service fails here: networks, formats and sources are opened as far as reading them goes. */
async function settingsOf(invocation: Invocation): Promise<Setting[]> {
  const { config, file } = await loadConfig(invocation.text('config'))
  const own = await ownNetworks(invocation)
  await formatsFor(config)
  await caseContext(invocation)
  const { feedOf } = await import('../source/live/parse.ts')
  for (const source of config.sources ?? []) feedOf(source, {})
  const lines = file === undefined ? new Map<string, number>() : await keyLines(file)
  return configKeys.map((key) => {
    if (key === 'networks' && own.netFrom === 'option') return { key, value: own.net, from: '--net' }
    const value = (config as Readonly<Record<string, unknown>>)[key]
    if (value === undefined) return { key, value, from: defaults[key] ?? 'default' }
    return { key, value, from: `${file}:${lines.get(key) ?? '?'}` }
  })
}
