import { readdirSync } from 'node:fs'
import { relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Problem } from '../base/problem.ts'
import { type Look, paint } from '../report/look.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { analyzeWith } from './run-analysis.ts'

export default {
  id: 'demo',
  about: 'Analyse the bundled capture: a real Masscan sweep of 192.0.2.0/24, recorded in a laboratory.',
  examples: [{ line: 'sweepwatch demo', about: 'also what `npm start` runs' }],
  options: [],
  async run(invocation) {
    const { terminal } = invocation
    const paths = captures()
    const list = (option: string) => (option === 'net' ? [network] : [])
    const analysis = await analyzeWith({ ...invocation, list }, paths)
    const { textReport } = await import('../report/text.ts')
    terminal.out(textReport(analysis, terminal.outLook, { program: program(), paths }))
    terminal.out(`\n${nextCommands(paths, terminal.outLook)}`)
    return ExitCode.done
  },
} satisfies CommandSpec

const network = '192.0.2.0/24'

function nextCommands(paths: readonly string[], look: Look): string {
  const inputs = paths.join(' ')
  const lines = [
    [`analyze --net ${network} --report demo.html ${inputs}`, 'the same as a page, with the map of the addresses'],
    [`analyze --net ${network} --json ${inputs}`, 'the same for a program'],
    [`events ${inputs}`, 'what was understood of the capture'],
    ['analyze --net YOUR-NETWORK YOUR-LOGS', 'and now your own'],
  ] as const
  const said = lines.map(([words, about]) => `  ${paint(look, 'dim', `# ${about}`)}\n  ${program()} ${words}\n`)
  return `${paint(look, 'bold', 'That was the bundled capture. What to type next:')}\n\n${said.join('\n')}`
}

/** In a clone, `sweepwatch` is not on the PATH. */
function program(): string {
  return nearer(fileURLToPath(new URL('../../bin/sweepwatch', import.meta.url)))
}

function captures(): readonly string[] {
  const folder = fileURLToPath(new URL('../../fixtures/demo/', import.meta.url))
  try {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.pcap'))
      .sort()
    return files.map((name) => nearer(`${folder}${name}`))
  } catch (cause) {
    throw new Problem('demo', `the bundled capture is not there (${folder})`, {
      hint: 'It comes with a clone of the repository.',
      cause,
    })
  }
}

/** The path from here, where that is shorter to type. */
function nearer(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}
