import { readdirSync } from 'node:fs'
import { relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Problem } from '../base/problem.ts'
import { paint } from '../report/look.ts'
import { textReport } from '../report/text.ts'
import { analyzeWith } from './analyze.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'

export default {
  id: 'demo',
  about: 'Analyse the bundled capture: a real Masscan sweep of 192.0.2.0/24, recorded in a laboratory.',
  examples: [{ line: 'sweepwatch demo', about: 'also what `npm start` runs' }],
  options: [],
  async run(invocation) {
    const { terminal } = invocation
    const paths = captures()
    const list = () => ['192.0.2.0/24']
    const analysis = await analyzeWith({ ...invocation, list }, paths)
    terminal.out(textReport(analysis, terminal.outLook, paths))
    const [capture = ''] = paths
    const lines = [
      ['sweepwatch analyze --report demo.html --net 192.0.2.0/24', 'the same as a page, with the address map'],
      ['sweepwatch analyze --json --net 192.0.2.0/24', 'the same for a program'],
      ['sweepwatch events', 'what was understood of the capture'],
    ] as const
    const bold = (text: string) => paint(terminal.outLook, 'bold', text)
    terminal.out(`\n${bold('That was the bundled capture. What to type next:')}\n\n`)
    for (const [line, about] of lines) terminal.out(`  ${runnable(line)} ${capture}\n${' '.repeat(6)}# ${about}\n`)
    terminal.out(
      `  ${runnable('sweepwatch analyze')} --net YOUR-NETWORK YOUR-LOGS\n${' '.repeat(6)}# now with your own logs\n`,
    )
    return ExitCode.done
  },
} satisfies CommandSpec

/** In a clone, `sweepwatch` is not on the PATH. */
function runnable(line: string): string {
  return line.replace(/^sweepwatch/, nearer(fileURLToPath(new URL('../../bin/sweepwatch', import.meta.url))))
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
