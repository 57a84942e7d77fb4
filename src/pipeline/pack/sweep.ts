import { loadHunts } from '../../archive/hunt/library.ts'
import { type HuntResult, runHunt, runSql } from '../../archive/hunt/run.ts'
import { Problem } from '../../base/problem.ts'
import type { Case, TouchedHost } from '../../case/case.ts'
import type { PackPart, PackSite } from './part.ts'
import { write, writeTable } from './write.ts'

/** Addresses that are asked about in one query. */
const most = 2000
/** From the worst on. */
const order = ['suspect', 'cannot be known', 'clean']
/** Systems of ours that the archive knows: they spoke, or answered. An address that was only asked for may be nobody's. */
const knownSql = `SELECT DISTINCT host FROM (
  SELECT src AS host FROM events WHERE is_own(src_key) AND time >= $from AND time < $to
  UNION ALL
  SELECT dst FROM contacts WHERE is_own(dst_key) AND outcome = 'established' AND time >= $from AND time < $to
) WHERE host IS NOT NULL ORDER BY host LIMIT ${most}`
const columns = ['host', 'state', 'because', 'looked at', 'would tell', 'touched by the scan']

/** C2: every system of ours, those the scan touched first: clean, suspect, or not to be known, with the query that was run. */
export default {
  id: 'sweep',
  about: 'C2: the full sweep of the network',
  async write(site) {
    const { one, directory } = site
    const told = new Map((one.triage?.touched ?? []).map((host) => [host.address, host]))
    const touched = touchedHosts(one)
    const archived = await archivedHosts(site)
    const hosts = [...new Set([...touched, ...site.hosts, ...(archived ?? [])])]
    const attacked = new Set(
      (one.triage?.signs ?? []).filter(({ kind }) => kind === 'exploit' || kind === 'guessing').map(({ host }) => host),
    )
    const hunt = loadHunts().find(({ id }) => id === 'sweep')
    const asking = hosts.slice(0, most)
    const answer = hunt === undefined ? undefined : await asked(site, asking, hunt)
    const byHost = rowsByHost(answer)
    const rows = hosts.map((host, place) => [
      host,
      ...stateOf(byHost.get(host), told.get(host), attacked.has(host), place < most),
      touched.has(host),
    ])
    rows.sort((x, y) => Number(y[5]) - Number(x[5]) || order.indexOf(String(x[1])) - order.indexOf(String(y[1])))
    const query =
      hunt === undefined
        ? ''
        : `-- Run over ${site.archive ?? 'no archive: only what triage saw is told'}\n${hunt.sql}\n${archived === undefined ? '' : `\n-- Systems of ours that the archive knows:\n${knownSql}\n`}`
    return [
      writeTable(
        directory,
        'sweep.csv',
        columns,
        rows,
        `${whichHosts(site, archived !== undefined)}: suspect, cannot be known, clean; where case and archive differ, the worse`,
      ),
      write(directory, 'sweep.sql', query, 'what was asked of the archive'),
    ]
  },
} satisfies PackPart

/** Which systems the table holds, as CONTENTS.txt says it. */
function whichHosts({ hosts }: PackSite, hasArchive: boolean): string {
  const more = [
    ...(hosts.length > 0 ? ['those of the inventory'] : []),
    ...(hasArchive ? ['those of ours that spoke or answered in the archive since the scan began'] : []),
  ]
  if (more.length > 0) return `the touched systems, then ${more.join(' and ')}`
  return 'the touched systems only, for neither an archive nor an inventory tells of others'
}

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

/** Systems of ours in the archive since the scan began; undefined where there is no archive. */
async function archivedHosts(site: PackSite): Promise<readonly string[] | undefined> {
  const { archive, own } = site
  if (archive === undefined || own.length === 0) return undefined
  const answer = await unlessAbsent(() => runSql(archive, knownSql, [], windowOf(site)))
  return answer?.rows.map(([host]) => String(host))
}

/** What the archive says; nothing where there is none. */
async function asked(
  site: PackSite,
  hosts: readonly string[],
  hunt: Parameters<typeof runHunt>[1],
): Promise<HuntResult | undefined> {
  const { archive, own } = site
  if (archive === undefined || hosts.length === 0 || own.length === 0) return undefined
  site.progress(`asking the archive about ${hosts.length} hosts`)
  const given = new Map([['hosts', hosts.join(',')]])
  return unlessAbsent(() => runHunt(archive, hunt, { ...windowOf(site), given }))
}

function windowOf({ one, own, now }: PackSite) {
  return { own, from: Date.parse(one.first) * 1000, to: now, now }
}

async function unlessAbsent(ask: () => Promise<HuntResult>): Promise<HuntResult | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Problem && error.code === 'no-archive') return undefined
    throw error
  }
}

/**
 * State, why, what was looked at, what would tell. Triage saw the packets, the archive the rest: the worse of the two stands, and
 * a system that was attacked is not called clean by the traffic alone.
 */
function stateOf(
  row: Readonly<Record<string, unknown>> | undefined,
  triaged: TouchedHost | undefined,
  isAttacked: boolean,
  isAsked: boolean,
): readonly [state: string, because: unknown, looked: unknown, wouldTell: unknown] {
  const inCase = triaged && (triaged.state === 'unknown' ? 'cannot be known' : triaged.state)
  const inArchive = row && String(row['state'])
  const state = order.find((each) => each === inCase || each === inArchive) ?? 'cannot be known'
  const looked = row?.['looked'] ?? (triaged ? 'what triage saw' : '')
  const wouldTell = row?.['would_tell'] ?? ''
  const because = [
    ...(triaged && inCase === state ? triaged.because : []),
    ...(row && inArchive === state && row['because'] ? [String(row['because'])] : []),
  ]
  if (state !== 'suspect' && isAttacked) {
    return ['cannot be known', because.join(' ') || 'it was attacked', looked, 'its own logs, programs and files']
  }
  if (row !== undefined || triaged !== undefined) return [state, because.join(' ') || unfound[state], looked, wouldTell]
  return isAsked
    ? [state, 'no events of it are archived', '', 'an archive of its events (`archive:` in sweepwatch.yaml)']
    : [state, `it was not asked about: no more than ${most} systems are`, '', '`sweepwatch hunt sweep` for this system']
}

const unfound: Readonly<Record<string, string>> = {
  clean: 'nothing that was looked for was found',
  'cannot be known': 'no record shows a connection that it began itself',
}
