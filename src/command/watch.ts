import process from 'node:process'
import type { Lock } from '../base/lock.ts'
import { Problem } from '../base/problem.ts'
import { loadConfig } from '../config/load.ts'
import type { ToldCase } from '../pipeline/cases/live-cases.ts'
import type { LiveArchiveOptions } from '../pipeline/live-archive.ts'
import type { Told, ToldUncommon } from '../pipeline/reporter.ts'
import { printable } from '../report/escape.ts'
import { allowOption, caseContext } from './case-context.ts'
import { checkFormat, formatsOf } from './check-format.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { onDrain } from './drain.ts'
import { ExitCode } from './exit-code.ts'
import { networkOptions, ownNetworks } from './own-networks.ts'
import { keptState } from './state-directory.ts'

export default {
  id: 'watch',
  about: 'Follow files, listeners and captures, and print scans as they are found, until a signal says stop.',
  examples: [
    { line: 'sweepwatch watch --net 192.0.2.0/24 --state state /var/log/firewall.log', about: 'follow a log' },
    { line: 'sweepwatch watch syslog+udp://0.0.0.0:5514 netflow+udp://0.0.0.0:2055', about: 'listen for devices' },
    { line: "sweepwatch watch 'capture://eth0?filter=tcp+or+udp'", about: 'capture through tcpdump' },
  ],
  argument: {
    name: '[SOURCE...]',
    about:
      'paths, -, syslog+udp:// syslog+tcp:// syslog+tls:// netflow+udp:// eve+unix: capture:// (default: the configuration)',
    completes: 'file',
  },
  options: [
    ...networkOptions,
    { flags: '--format <ID>', about: 'the format of the files (default: recognised per file)', completes: 'format' },
    {
      flags: '--state <DIR>',
      about:
        'keep positions, suspects and what is known here, and go on from there (default: from the configuration, else keep nothing)',
      completes: 'directory',
    },
    allowOption,
    { flags: '--keep-every <SECONDS>', about: 'how often the state is written (default: 20)' },
    { flags: '--enforce', about: 'apply approved plans to the targets; `respond.enforce` must be true as well' },
    { flags: '--until-end', about: 'end when every file was read to its end, instead of following' },
    { flags: '--from-end', about: 'begin new files at their end' },
    { flags: '--json', about: 'JSON Lines on standard output instead of text' },
  ],
  run: watch,
} satisfies CommandSpec

async function watch(invocation: Invocation): Promise<number> {
  const { terminal } = invocation
  const { Watch } = await import('../pipeline/watch.ts')
  const { feedOf } = await import('../source/live/parse.ts')
  const formats = await formatsOf(invocation)
  const format = await checkFormat(invocation.text('format'), formats)
  const tail = {
    untilEnd: invocation.flag('until-end'),
    fromEnd: invocation.flag('from-end'),
    ...(format === undefined ? {} : { format }),
  }
  const feeds = (await sourcesOf(invocation)).map((text) => feedOf(text, tail))
  const own = await ownNetworks(invocation)
  const state = await keptState(invocation)
  const keepEach = secondsOf(invocation.text('keep-every'))
  const notice = (text: string) => terminal.err(`sweepwatch: ${printable(text)}\n`)
  const context = await caseContext(invocation)
  const archive = await archiveOf(invocation)
  const { config } = await loadConfig(invocation.text('config'))
  const tell = await teller(invocation)
  const respond = await respondOf(invocation, state, notice)
  sayUnwatched(respond?.options.settings.proof, feeds, notice)
  const hold = await holdOn(state)
  try {
    const service = new Watch({
      feeds,
      formats,
      isBounded: invocation.flag('until-end'),
      context,
      ...(archive && { archive }),
      ...(config.notify && { notify: config.notify }),
      ...(respond && { respond: respond.options }),
      ...own,
      ...(state === undefined ? {} : { state }),
      ...(keepEach === undefined ? {} : { keepEach }),
      tell,
      notice,
    })
    const stop = new AbortController()
    onDrain(() => stop.abort())
    const reload = () => void reloaded(invocation, service, (text) => feedOf(text, tail), notice)
    process.on('SIGHUP', reload)
    try {
      await service.run(stop.signal)
    } finally {
      process.off('SIGHUP', reload)
      onDrain(undefined)
    }
  } finally {
    hold?.release()
    respond?.lock?.release()
  }
  return ExitCode.done
}

/** A side that nobody looks at proves nothing: a name in `respond.proof` that is no source here is told. */
function sayUnwatched(
  proof: { readonly before: readonly string[]; readonly behind: readonly string[] } | undefined,
  feeds: readonly { readonly name: string }[],
  notice: (text: string) => void,
): void {
  const names = new Set(feeds.map(({ name }) => name))
  for (const name of [...(proof?.before ?? []), ...(proof?.behind ?? [])]) {
    if (!names.has(name))
      notice(`respond.proof names ${name}, which is no source of this watch: nothing is proven by it`)
  }
}

/** What is done about escalated cases: plans are proposed where targets are configured, and enforced where that is asked for. */
async function respondOf(invocation: Invocation, state: string | undefined, notice: (text: string) => void) {
  const { config } = await loadConfig(invocation.text('config'))
  const isEnforcing = invocation.flag('enforce')
  if (isEnforcing && state === undefined) {
    throw new Problem('usage', '--enforce needs a state directory', {
      hint: 'Give --state DIR: the ledger is kept there.',
    })
  }
  if (state === undefined || (!isEnforcing && Object.keys(config.respond?.targets ?? {}).length === 0)) return undefined
  const { liveResponse } = await import('./respond-live.ts')
  return liveResponse(invocation, state, { isEnforcing, notice })
}

/** Keeps others from the state directory: two services would overwrite what the other knows, and a restore would take it away. */
async function holdOn(state: string | undefined): Promise<Lock | undefined> {
  if (state === undefined) return undefined
  const [{ makeStateFolder }, { holdState }] = await Promise.all([
    import('../pipeline/state.ts'),
    import('../store/state-lock.ts'),
  ])
  makeStateFolder(state)
  return holdState(state)
}

/** Where the configuration keeps events. */
async function archiveOf(invocation: Invocation): Promise<LiveArchiveOptions | undefined> {
  const { config } = await loadConfig(invocation.text('config'))
  if (config.archive === undefined) return undefined
  const { directory, keepDays, maxBytes } = config.archive
  const retention = { ...(keepDays !== undefined && { keepDays }), ...(maxBytes !== undefined && { maxBytes }) }
  return { directory, ...(Object.keys(retention).length > 0 && { retention }) }
}

async function sourcesOf(invocation: Invocation): Promise<readonly string[]> {
  if (invocation.words.length > 0) return invocation.words
  const { config } = await loadConfig(invocation.text('config'))
  if (config.sources) return config.sources
  throw new Problem('usage', 'nothing to watch', {
    hint: 'Name files, directories or listeners, or put `sources:` into sweepwatch.yaml.',
  })
}

/** Milliseconds. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (seconds >= 0.1 && seconds <= 3600) return seconds * 1000
  throw new Problem('usage', `--keep-every ${text}: not a number of seconds`, {
    hint: 'Give a number from 0.1 to 3600.',
  })
}

/** Takes up the changed configuration; one that cannot be used is told and changes nothing. */
async function reloaded(
  invocation: Invocation,
  service: InstanceType<typeof import('../pipeline/watch.ts')['Watch']>,
  feedOf: (text: string) => import('../source/feed.ts').Feed,
  notice: (text: string) => void,
): Promise<void> {
  try {
    const sources = await sourcesOf(invocation)
    const own = await ownNetworks(invocation)
    service.change(sources.map(feedOf), own)
    notice('the configuration was read again')
  } catch (error) {
    const { message, hint } = error as Problem
    notice(`the configuration was not taken, the old one stays: ${message}${hint === undefined ? '' : ` (${hint})`}`)
  }
}

async function teller(invocation: Invocation): Promise<(told: Told | ToldUncommon | ToldCase) => void> {
  const { terminal } = invocation
  if (invocation.flag('json')) {
    const { jsonLine } = await import('../report/escape.ts')
    const { caseObject } = await import('../report/case/json.ts')
    return (told) => {
      if ('case' in told) {
        terminal.out(`${jsonLine({ ...caseObject(told.case), status: told.status })}\n`)
        return
      }
      const finding = 'scan' in told ? told.scan : told.uncommon
      terminal.out(`${jsonLine({ ...finding, status: told.status })}\n`)
    }
  }
  const { liveCase, liveScan, liveUncommon } = await import('../report/live.ts')
  return (told) => {
    const look = terminal.outLook
    if ('case' in told) terminal.out(liveCase(told.case, told.status, look))
    else if ('scan' in told) terminal.out(liveScan(told.scan, told.status, look))
    else terminal.out(liveUncommon(told.uncommon, told.status, look))
  }
}
