import { loadHunts } from '../../archive/hunt/library.ts'
import { type HuntResult, runHunt } from '../../archive/hunt/run.ts'
import { Problem } from '../../base/problem.ts'
import type { Case, TouchedHost } from '../../case/case.ts'
import type { PackPart, PackSite } from './part.ts'
import { write, writeTable } from './write.ts'

/** Addresses that are asked about in one query. */
const most = 2000
const columns = ['host', 'state', 'because', 'looked at', 'would tell', 'touched by the scan']

/** C2: every system of ours, those the scan touched first: clean, suspect, or not to be known, with the query that was run. */
export default {
  id: 'sweep',
  about: 'C2: the full sweep of the network',
  async write(site) {
    const { one, directory } = site
    const told = new Map((one.triage?.touched ?? []).map((host) => [host.address, host]))
    const touched = touchedHosts(one)
    const hosts = [...new Set([...touched, ...site.hosts])]
    const attacked = new Set(
      (one.triage?.signs ?? []).filter(({ kind }) => kind === 'exploit' || kind === 'guessing').map(({ host }) => host),
    )
    const hunt = loadHunts().find(({ id }) => id === 'sweep')
    const answer = hunt === undefined ? undefined : await asked(site, hosts.slice(0, most), hunt)
    const byHost = rowsByHost(answer)
    const rows = hosts.map((host) => [
      host,
      ...stateOf(byHost.get(host), told.get(host), attacked.has(host)),
      touched.has(host),
    ])
    const order = ['suspect', 'cannot be known', 'clean']
    rows.sort((x, y) => Number(y[5]) - Number(x[5]) || order.indexOf(String(x[1])) - order.indexOf(String(y[1])))
    const query =
      hunt === undefined
        ? ''
        : `-- Run over ${site.archive ?? 'no archive: only what triage saw is told'}\n${hunt.sql}\n`
    return [
      writeTable(
        directory,
        'sweep.csv',
        columns,
        rows,
        'every own system, touched ones first: suspect, cannot be known, clean',
      ),
      write(directory, 'sweep.sql', query, 'the query that was run'),
    ]
  },
} satisfies PackPart

function touchedHosts({ triage, scans }: Case): Set<string> {
  const hosts = new Set((triage?.touched ?? []).map(({ address }) => address))
  for (const { scan } of scans)
    if (scan.direction === 'inbound') for (const { address } of scan.open) hosts.add(address)
  return hosts
}

/** The rows by host, their values by column. */
function rowsByHost(answer: HuntResult | undefined): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const rows = (answer?.rows ?? []).map((row) =>
    Object.fromEntries(row.map((value, k) => [answer?.columns[k] ?? '', value])),
  )
  return new Map(rows.map((row) => [String(row['host']), row]))
}

/** What the archive says; nothing where there is none. */
async function asked(
  site: PackSite,
  hosts: readonly string[],
  hunt: Parameters<typeof runHunt>[1],
): Promise<HuntResult | undefined> {
  if (site.archive === undefined || hosts.length === 0 || site.own.length === 0) return undefined
  site.progress(`asking the archive about ${hosts.length} hosts`)
  try {
    return await runHunt(site.archive, hunt, {
      own: site.own,
      given: new Map([['hosts', hosts.join(',')]]),
      from: Date.parse(site.one.first) * 1000,
      to: site.now,
      now: site.now,
    })
  } catch (error) {
    if (error instanceof Problem && error.code === 'no-archive') return undefined
    throw error
  }
}

/**
 * State, why, what was looked at, what would tell. Triage saw the packets, the archive the rest: a suspicion of either stands, and
 * a system that was attacked is not called clean by the traffic alone.
 */
function stateOf(
  row: Readonly<Record<string, unknown>> | undefined,
  triaged: TouchedHost | undefined,
  isAttacked: boolean,
): readonly [state: string, because: unknown, looked: unknown, wouldTell: unknown] {
  const looked = row?.['looked'] ?? ''
  const wouldTell = row?.['would_tell'] ?? ''
  if (triaged?.state === 'suspect' || row?.['state'] === 'suspect') {
    const because = [triaged?.state === 'suspect' ? triaged.because.join(' ') : '', row?.['because'] ?? '']
    return ['suspect', because.filter((text) => text !== '').join(' '), looked, wouldTell]
  }
  if (isAttacked)
    return [
      'cannot be known',
      triaged?.because.join(' ') ?? 'it was attacked',
      looked,
      'its own logs, programs and files',
    ]
  if (row !== undefined)
    return [String(row['state']), row['because'] ?? 'nothing that was looked for was found', looked, wouldTell]
  if (triaged === undefined)
    return [
      'cannot be known',
      'no events of it are archived',
      '',
      'an archive of its events (`archive:` in sweepwatch.yaml)',
    ]
  return [
    triaged.state === 'unknown' ? 'cannot be known' : triaged.state,
    triaged.because.join(' '),
    'what triage saw',
    '',
  ]
}
