import { readdirSync } from 'node:fs'
import { relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Problem } from '../base/problem.ts'
import { type Look, paint } from '../report/look.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { analyzeWith } from './run-analysis.ts'

export default {
  id: 'demo',
  about:
    'Analyse the bundled capture, a real Masscan sweep of 192.0.2.0/24 recorded in a laboratory, and open the service with its case in it.',
  examples: [
    { line: 'sweepwatch demo', about: 'also what `npm start` runs' },
    { line: 'sweepwatch demo --no-serve', about: 'the report only' },
  ],
  options: [{ flags: '--no-serve', about: 'print the report, and end' }],
  run: (invocation) => (invocation.flag('serve') ? withService(invocation) : report(invocation)),
} satisfies CommandSpec

async function report(invocation: Invocation, state?: string): Promise<number> {
  const { terminal } = invocation
  const paths = captures()
  const list = (option: string) => (option === 'net' ? [network] : [])
  const analysis = await analyzeWith({ ...invocation, list }, paths, state)
  const { textReport } = await import('../report/text.ts')
  terminal.out(textReport(analysis, terminal.outLook, { program: program(), paths }))
  terminal.out(`\n${nextCommands(paths, terminal.outLook)}`)
  return ExitCode.done
}

async function withService(invocation: Invocation): Promise<number> {
  const { DemoFolder, serveDemo } = await import('./demo-service.ts')
  const folder = new DemoFolder(network)
  try {
    const text = (option: string) => (option === 'config' ? folder.config : undefined)
    await report({ ...invocation, text }, folder.state)
    invocation.terminal.out('\n')
    return await serveDemo(invocation, folder)
  } finally {
    folder.remove()
  }
}

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
