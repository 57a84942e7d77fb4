import { Problem } from '../base/problem.ts'
import { loadConfig } from '../config/load.ts'
import type { Compared } from '../pipeline/compare.ts'
import { jsonLine, printable } from '../report/escape.ts'
import { type Look, paint } from '../report/look.ts'
import { headline } from '../report/narrate.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { Progress } from './progress.ts'

export default {
  id: 'replay',
  about: 'Analyse past input under a changed configuration, and show which scans would be judged differently.',
  examples: [
    {
      line: 'sweepwatch replay --config new.yaml /var/log/firewall/',
      about: 'what would new.yaml change against sweepwatch.yaml?',
    },
  ],
  argument: {
    name: '[PATH...]',
    about: 'files or directories (default: `sources` of the old configuration)',
    completes: 'file',
  },
  options: [
    { flags: '--config <FILE>', about: 'the changed configuration', completes: 'file' },
    {
      flags: '--against <FILE>',
      about: 'the old configuration (default: sweepwatch.yaml here, if there is one)',
      completes: 'file',
    },
    { flags: '--json', about: 'JSON Lines instead of text' },
  ],
  run: replay,
} satisfies CommandSpec

async function replay(invocation: Invocation): Promise<number> {
  const { terminal } = invocation
  const changed = invocation.text('config')
  if (changed === undefined)
    throw new Problem('usage', 'no changed configuration', { hint: 'Give it with --config FILE.' })
  const old = await loadConfig(invocation.text('against'))
  const paths = await pathsOf(invocation, old.config.sources ?? [])
  const before = await scansUnder(invocation, old.file, paths)
  const after = await scansUnder(invocation, changed, paths)
  const { compareScans } = await import('../pipeline/compare.ts')
  const differences = compareScans(before, after)
  if (invocation.flag('json')) {
    for (const each of differences) terminal.out(`${jsonLine(each)}\n`)
    return ExitCode.done
  }
  const same = after.length - differences.filter(({ change }) => change !== 'vanished').length
  terminal.out(differences.map((each) => `${differenceText(each, terminal.outLook)}\n\n`).join(''))
  const names = `${printable(changed)} against ${printable(old.file ?? 'no configuration')}`
  terminal.out(
    `${names}: ${before.length} scans before, ${after.length} after; ${same} alike, ${differences.length} differ.\n`,
  )
  return ExitCode.done
}

/** Listeners keep no history: of the sources only paths can be replayed. */
async function pathsOf(invocation: Invocation, sources: readonly string[]): Promise<readonly string[]> {
  const paths =
    invocation.words.length > 0 ? invocation.words : sources.filter((text) => !/^[a-z]+(\+[a-z]+)?:/.test(text))
  if (paths.length > 0) return paths
  throw new Problem('usage', 'nothing to replay', { hint: 'Name the files or directories that hold the history.' })
}

async function scansUnder(invocation: Invocation, file: string | undefined, paths: readonly string[]) {
  const { config } =
    file === undefined ? { config: {} as Awaited<ReturnType<typeof loadConfig>>['config'] } : await loadConfig(file)
  const { formatsFor } = await import('./check-format.ts')
  const { analyze } = await import('../pipeline/analyze.ts')
  const progress = new Progress(invocation.terminal)
  try {
    const { scans } = await analyze({
      paths,
      ...(config.networks ? { net: config.networks, netFrom: 'config' as const } : {}),
      formats: await formatsFor(config),
      progress: (at) => progress.show(at),
    })
    return scans.map(({ scan }) => scan)
  } finally {
    progress.end()
  }
}

const colours = { appeared: 'red', vanished: 'green', changed: 'yellow' } as const

function differenceText({ change, scan, differences }: Compared, look: Look): string {
  const head = `${paint(look, colours[change], change.padEnd(8))}  ${scan.severity.padEnd(8)}  ${printable(headline(scan))}  (${scan.id})`
  const lines = differences.map(
    ({ field, before, after }) => `            ${field}: ${printable(before)} -> ${printable(after)}`,
  )
  return [head, ...lines].join('\n')
}
