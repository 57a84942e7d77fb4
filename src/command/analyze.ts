import { writeFile } from 'node:fs/promises'
import { Problem } from '../base/problem.ts'
import type { Analysis } from '../case/analysis.ts'
import type { Severity } from '../detect/finding.ts'
import { allowOption } from './case-context.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { networkOptions } from './own-networks.ts'
import { analyzeWith } from './run-analysis.ts'
import { keptState } from './state-directory.ts'

const levels: readonly Severity[] = ['low', 'medium', 'high', 'critical']

export default {
  id: 'analyze',
  about: 'Find the scans in captures and logs: who scanned what, how, when, what answered, and how that is known.',
  examples: [
    { line: 'sweepwatch analyze --net 192.0.2.0/24 capture.pcap', about: 'who scanned this block?' },
    { line: 'sweepwatch analyze --report report.html /var/log/firewall/', about: 'a folder, as a report to hand on' },
    { line: 'zcat fw.log.gz | sweepwatch analyze --json -', about: 'from a pipe, one JSON object a line' },
  ],
  argument: { name: '<PATH...>', about: 'files, directories, or - for standard input', completes: 'file' },
  options: [
    ...networkOptions,
    { flags: '--format <ID>', about: 'the log format (default: recognised per file)', completes: 'format' },
    {
      flags: '--state <DIR>',
      about:
        'read and keep what is known: services, history, suspects (default: from the configuration, else keep nothing)',
      completes: 'directory',
    },
    allowOption,
    { flags: '--threads <N>', about: 'threads that decode large inputs (default: the cores there are, at most 4)' },
    { flags: '--json', about: 'JSON Lines on standard output instead of the readable report' },
    {
      flags: '--progress <HOW>',
      about: 'how far it is: a line on a terminal, or JSON Lines on standard error (default: line)',
      choices: ['line', 'json'],
    },
    { flags: '--report <FILE>', about: 'write a self-contained HTML report as well', completes: 'file' },
    { flags: '--fail-on <LEVEL>', about: 'exit 3 when a scan at or above this severity was found', choices: levels },
  ],
  async run(invocation) {
    const analysis = await analyzeWith(invocation, invocation.words, await keptState(invocation))
    invocation.terminal.out(await printed(invocation, analysis))
    await writeReport(invocation, analysis)
    return exitCode(analysis, invocation.text('fail-on') as Severity | undefined)
  },
} satisfies CommandSpec

/** The report for stdout. The report modules are loaded when they are needed: starting must be quick. */
async function printed(invocation: Invocation, analysis: Analysis): Promise<string> {
  if (invocation.flag('json')) return (await import('../report/json.ts')).jsonReport(analysis)
  const { textReport } = await import('../report/text.ts')
  return textReport(analysis, invocation.terminal.outLook, { program: 'sweepwatch', paths: invocation.words })
}

async function writeReport(invocation: Invocation, analysis: Analysis): Promise<void> {
  const file = invocation.text('report')
  if (file === undefined) return
  const { htmlReport } = await import('../report/html.ts')
  const page = htmlReport(analysis, { program: 'sweepwatch', paths: invocation.words })
  await writeFile(file, page).catch((cause: Error) => {
    throw new Problem('report', `cannot write the report ${file}: ${cause.message}`, { cause })
  })
  invocation.terminal.err(`report written to ${file}\n`)
}

function exitCode({ scans, summary }: Analysis, failOn: Severity | undefined): number {
  const reached = (severity: Severity) => failOn !== undefined && levels.indexOf(severity) >= levels.indexOf(failOn)
  if (scans.some(({ scan }) => reached(scan.severity))) return ExitCode.found
  return summary.malformed > 0 ? ExitCode.damaged : ExitCode.done
}
