import type { Capabilities } from '../respond/respond.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption } from './state-directory.ts'

const words: Readonly<Record<keyof Capabilities, string>> = {
  expire: 'ends blocks by itself',
  throttle: 'throttles',
  list: 'can be asked what it has',
  v6: 'IPv6',
  ports: 'single ports',
  direction: 'one direction',
  count: 'counts what it drops',
}

export default {
  id: 'targets',
  about:
    'List the firewalls, routers and products that can enforce a plan, what each can, and which are configured here.',
  examples: [{ line: 'sweepwatch targets', about: 'where could a source be blocked?' }],
  options: [configOption, { flags: '--json', about: 'JSON Lines' }],
  async run(invocation) {
    const [{ loadConfig }, { targetKinds }, { jsonLine }, { paint }, { paragraph }] = await Promise.all([
      import('../config/load.ts'),
      import('../respond/target/registry.ts'),
      import('../report/escape.ts'),
      import('../report/look.ts'),
      import('../report/text/layout.ts'),
    ])
    const { config } = await loadConfig(invocation.text('config'))
    const { terminal } = invocation
    const look = terminal.outLook
    for (const { id, title, about, can } of targetKinds) {
      const configured = Object.entries(config.respond?.targets ?? {}).flatMap(([name, { kind }]) =>
        kind === id ? name : [],
      )
      if (invocation.flag('json')) {
        terminal.out(`${jsonLine({ type: 'target-kind', id, title, about, can, configured })}\n`)
        continue
      }
      const known = (Object.keys(words) as (keyof Capabilities)[])
        .filter((name) => can[name])
        .map((name) => words[name])
      const here = configured.length === 0 ? '' : paint(look, 'green', `  here: ${configured.join(', ')}`)
      terminal.out(`${paint(look, 'bold', id)}  ${title}${here}\n${paragraph(about, look, '    ')}\n`)
      terminal.out(
        `${paragraph(`It ${known.length === 0 ? 'is only told' : `can: ${known.join(', ')}`}.`, look, '    ')}\n`,
      )
    }
    return ExitCode.done
  },
} satisfies CommandSpec
