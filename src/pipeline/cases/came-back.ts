import type { Case } from '../../case/case.ts'
import { machine } from '../../case/fold.ts'
import type { DrawnScan, Scan } from '../../detect/finding.ts'
import type { WatchNews } from '../../store/watch-derive.ts'
import type { History, PastCase } from '../../triage/facts.ts'
import type { CaseBook } from './case-book.ts'
import type { Cluster } from './cluster.ts'

/** A cluster that brings its case back where a scan of it went on after the case was closed. */
export function withGoingOn(cluster: Cluster, known: Case | undefined, book: CaseBook): Cluster {
  const closed = known?.status === 'closed' ? known.history.findLast(({ body }) => body.kind === 'closed') : undefined
  if (known === undefined || closed === undefined || cluster.returns.length > 0) return cluster
  const returns = cluster.scans.flatMap(({ drawn: { scan } }) => {
    const before = known.scans.find((each) => each.scan.id === scan.id)?.scan
    if (before === undefined || scan.last <= before.last || scan.last <= closed.at) return []
    const back = book.returned({ ...scan, first: scan.last })
    if (back?.caseId !== cluster.id) return []
    const block = book.blockThen(cluster.id, since(before, scan, scan.last))
    const because = `${back.because}${block === undefined ? '' : `; ${block}`}`
    return [{ entry: back.entry, at: scan.last, because }]
  })
  return { ...cluster, returns }
}

/** What of a scan came after an earlier record of it. */
function since(before: Scan, scan: Scan, first: string): Scan {
  const known = new Set(before.open.map(({ address, port }) => `${address} ${port}`))
  const { established, refused, unanswered, blocked, unknown } = before.outcomes
  return {
    ...scan,
    first,
    open: scan.open.filter(({ address, port }) => !known.has(`${address} ${port}`)),
    outcomes: {
      established: Math.max(0, scan.outcomes.established - established),
      refused: Math.max(0, scan.outcomes.refused - refused),
      unanswered: Math.max(0, scan.outcomes.unanswered - unanswered),
      blocked: Math.max(0, scan.outcomes.blocked - blocked),
      unknown: Math.max(0, scan.outcomes.unknown - unknown),
    },
  }
}

/** A cluster whose scans that are new to a known case say what became of a block of their source. */
export function withBlocks(cluster: Cluster, known: Case | undefined, book: CaseBook): Cluster {
  if (known === undefined) return cluster
  const isKnown = new Set(known.scans.map(({ scan }) => scan.id))
  const blocks = new Map(
    cluster.scans.flatMap(({ drawn: { scan } }) => {
      const block = isKnown.has(scan.id) ? undefined : book.blockThen(cluster.id, scan)
      return block === undefined ? [] : [[scan.first, block] as const]
    }),
  )
  if (blocks.size === 0) return cluster
  const say = (text: string, at: string) => (blocks.has(at) ? `${text}; ${blocks.get(at)}` : text)
  return {
    ...cluster,
    scans: cluster.scans.map(({ drawn, joined }) => ({
      drawn,
      joined: isKnown.has(drawn.scan.id) ? joined : say(joined, drawn.scan.first),
    })),
    returns: cluster.returns.map((back) => ({ ...back, because: say(back.because, back.at) })),
  }
}

/** What is to be noted of a scan that went on: that its source's block has failed meanwhile. Said once. */
export function blockFailed(known: Case, before: Scan, scan: Scan, book: CaseBook): string | undefined {
  const failed = 'the block has failed'
  const isSaid =
    known.scans.some((each) => each.scan.id === scan.id && each.joined.includes(failed)) ||
    known.history.some(({ body }) => body.kind === 'noted' && body.text.includes(failed) && body.text.includes(scan.id))
  const block = isSaid ? undefined : book.blockThen(known.id, since(before, scan, before.last))
  return block?.includes(failed) ? `scan ${scan.id}: ${block}` : undefined
}

/** The past of a case, and of itself where it came back after it was over: how, and what it was then. */
export function withReturns(history: History, cluster: Cluster, known: Case | undefined): History {
  if (known === undefined) return history
  const before = known.history.filter(({ author, body }) => body.kind === 'reopened' && author === machine)
  const now = known.status === 'closed' ? cluster.returns.slice(0, 1) : []
  const returns = [...before.map(({ reason }) => reason), ...now.map(({ because }) => because)]
  if (returns.length === 0) return history
  return { ...history, returns, cases: [...pastOf(known, cluster), ...history.cases] }
}

/** The case as it was when it was closed last. */
function pastOf(known: Case, { scans, id }: Cluster): PastCase[] {
  const closed = known.history.findLast(({ body }) => body.kind === 'closed')
  if (closed?.body.kind !== 'closed') return []
  const isBefore = new Set(
    known.history.flatMap(({ seq, body }) => (body.kind === 'scan' && seq < closed.seq ? [body.scan.id] : [])),
  )
  const earlier = known.scans.filter(({ scan }) => isBefore.has(scan.id)).map(({ scan }) => scan)
  const later = [...known.scans.map(({ scan }) => scan), ...scans.map(({ drawn }) => drawn.scan)].filter(
    (scan) => !isBefore.has(scan.id),
  )
  const sources = new Set(earlier.flatMap((scan) => scan.sources))
  const same = later.flatMap((scan) => scan.sources).find((source) => sources.has(source))
  const blocks = known.history.flatMap(({ body }) => (body.kind === 'contained' ? [body.until] : []))
  return [
    {
      id,
      first: earlier.map(({ first }) => first).sort()[0] ?? known.first,
      last:
        earlier
          .map(({ last }) => last)
          .sort()
          .at(-1) ?? known.last,
      decision: known.decision?.decision ?? 'undecided',
      outcome: closed.body.outcome,
      alike: [same === undefined ? 'what this very case is known by' : `the same source (${same})`],
      blockedUntil: blocks.sort().at(-1) ?? null,
    },
  ]
}

/** What goes into the watch with the scans of a cluster. */
export function watchNews(cluster: Cluster): WatchNews {
  return {
    touched: new Map(cluster.scans.map(({ drawn }) => [drawn.scan.id, touchedBy(drawn)])),
    returned: cluster.returns.flatMap(({ entry, at }) => (entry === null ? [] : [{ entry, at }])),
  }
}

function touchedBy({ touches }: DrawnScan): string[] {
  return [...new Set(touches.map(({ address }) => address))]
}
