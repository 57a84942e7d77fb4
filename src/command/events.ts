import { jsonLine } from '../report/escape.ts'
import { checkFormat, formatsOf } from './check-format.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { directionOf } from './events/direction.ts'
import { compileWhere } from './events/where.ts'
import { ExitCode } from './exit-code.ts'
import { networkOptions, ownNetworks } from './own-networks.ts'

export default {
  id: 'events',
  about: 'Print the normalised events, one JSON object a line: what Sweepwatch understood of a log.',
  examples: [
    { line: 'sweepwatch events capture.pcap | head', about: 'what is in there?' },
    {
      line: "sweepwatch events --where 'host = 203.0.113.70 and port = 22' capture.pcap",
      about: 'filtered',
    },
  ],
  argument: { name: '<PATH...>', about: 'files, directories, or - for standard input', completes: 'file' },
  options: [
    { flags: '--format <ID>', about: 'the log format (default: recognised per file)', completes: 'format' },
    {
      flags: '--where <EXPR>',
      about: 'only events for which this holds: = != < <= > >= ~ (contains) in (a network), and, or, not, ( )',
    },
    ...networkOptions,
  ],
  async run(invocation) {
    const damaged = await printEvents(invocation)
    return damaged ? ExitCode.damaged : ExitCode.done
  },
} satisfies CommandSpec

/** @returns whether part of the input was damaged */
async function printEvents(invocation: Invocation): Promise<boolean> {
  const { terminal, words } = invocation
  const where = invocation.text('where')
  const holds = where === undefined ? undefined : compileWhere(where)
  const { net } = await ownNetworks(invocation)
  const formats = await formatsOf(invocation)
  const format = await checkFormat(invocation.text('format'), formats)
  const { readEvents } = await import('./events/read.ts')
  return readEvents({ paths: words, format, formats, classify: directionOf(net), terminal }, (records) => {
    const chosen = holds ? records.filter((record) => holds({ ...record })) : records
    const lines = chosen.map((record) => `${jsonLine(record)}\n`)
    if (lines.length > 0) terminal.out(lines.join(''))
  })
}
