import { Problem } from '../base/problem.ts'
import { jsonLine } from '../report/escape.ts'
import { checkFormat, formatsOf } from './check-format.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { networkOptions, ownNetworks } from './own-networks.ts'

export default {
  id: 'sensors',
  about: 'Say what each sensor delivers and what it cannot see: volume, directions, answers, gaps, losses, clocks.',
  examples: [
    { line: 'sweepwatch sensors --net 192.0.2.0/24 /var/log/firewall/', about: 'of files' },
    { line: 'sweepwatch sensors --state state', about: 'of a running service' },
  ],
  argument: { name: '[PATH...]', about: 'files, directories, or - for standard input', completes: 'file' },
  options: [
    ...networkOptions,
    { flags: '--format <ID>', about: 'the log format (default: recognised per file)', completes: 'format' },
    {
      flags: '--state <DIR>',
      about: 'what the service with this state knows, instead of files',
      completes: 'directory',
    },
    { flags: '--json', about: 'JSON Lines instead of text' },
  ],
  async run(invocation) {
    const reports = await reportsOf(invocation)
    const { terminal } = invocation
    if (invocation.flag('json')) for (const each of reports) terminal.out(`${jsonLine(each)}\n`)
    else {
      const { sensorText } = await import('./sensors/text.ts')
      terminal.out(sensorText(reports, terminal.outLook))
    }
    return ExitCode.done
  },
} satisfies CommandSpec

async function reportsOf(invocation: Invocation) {
  const formats = await formatsOf(invocation)
  const state = invocation.text('state')
  if (state !== undefined) {
    const { keptSensors } = await import('../pipeline/kept-sensors.ts')
    return keptSensors(state, Date.now() * 1000, formats)
  }
  if (invocation.words.length === 0) {
    throw new Problem('usage', 'nothing to measure', {
      hint: 'Name files or directories, or --state DIR of a service.',
    })
  }
  const { net } = await ownNetworks(invocation)
  const format = await checkFormat(invocation.text('format'), formats)
  const { measureSensors } = await import('../pipeline/measure-sensors.ts')
  return measureSensors({
    paths: invocation.words,
    formats,
    ...(net === undefined ? {} : { net }),
    ...(format === undefined ? {} : { format }),
    warn: (text) => invocation.terminal.err(`sweepwatch: ${text}\n`),
  })
}
