import type { Activity } from '../../case/activity/activity.ts'
import type { Case, Triage } from '../../case/case.ts'
import type { WatchedHost } from '../../case/watch-list.ts'
import type { Facts } from '../../triage/facts.ts'
import type { AllFindings } from '../intake.ts'
import { actorsOf } from './actors.ts'
import type { CaseBook } from './case-book.ts'
import type { CaseContext } from './context.ts'
import { Populations } from './population.ts'

const mostActors = 256

/** The facts of a case for its signs, where an input shows its hosts but not its scan. What concerns the scan stands in `earlier`. */
export function watchedFacts(
  known: Case,
  earlier: Triage,
  hosts: ReadonlyMap<string, WatchedHost>,
  { findings, end, context, book }: { findings: AllFindings; end: number; context: CaseContext; book: CaseBook },
): Facts & { readonly earlier: Triage } {
  const { scans, inside, sources, first, last } = actorsOf(known.scans.map(({ scan }) => scan))
  const { activity } = findings
  const actors = [...sources, ...known.accomplices.map(({ source }) => source)].slice(0, mostActors)
  return {
    ...{ scans, inside, sources, first, last, end, activity, earlier },
    accomplices: known.accomplices,
    uncommon: findings.uncommon,
    dossiers: earlier.dossiers,
    inventory: context.inventory,
    allowed: earlier.allowed ?? undefined,
    allowEntries: context.allowlist?.entries.length ?? 0,
    reports: [],
    weaknesses: earlier.weaknesses,
    history: { cases: [], since: null, returns: [] },
    baseline: book.baseline(scans[0]?.first.slice(0, 10) ?? ''),
    population: new Populations([]).around([]),
    ownKnown: activity.ownKnown,
    alsoTouched: new Set(talkingTo(actors, activity).filter((host) => hosts.get(host)?.answered === '')),
  }
}

/** Who began contacts with the actors. */
function talkingTo(actors: readonly string[], activity: Activity): string[] {
  return [...new Set(actors.flatMap((actor) => activity.contacts(actor, 'dst').map(({ src }) => src)))]
}
