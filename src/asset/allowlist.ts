import { Problem } from '../base/problem.ts'
import { type AllowScope, openScope } from './allow-scope.ts'
import { waysOut, withinText } from './allow-ways.ts'
import type { AllowEntry, Allowlist, AllowMatch, ScanExtent } from './asset.ts'

const mostEntries = 10_000

/**
 * Opens an allowlist (requirements Q1, A1): a scan is in scope of an entry if all its sources, targets, ports and methods are declared,
 * and every probe came within the window and before the entry expired, by the time of the events. A single entry has to cover
 * it all.
 *
 * @throws Problem `allow` for entries that cannot be used
 */
export async function openAllowlist(entries: readonly AllowEntry[]): Promise<Allowlist> {
  if (entries.length > mostEntries) throw new Problem('allow', `more than ${mostEntries} allowlist entries`)
  const scopes: AllowScope[] = []
  const ids = new Set<string>()
  for (const entry of entries) {
    if (ids.has(entry.id)) throw new Problem('allow', `two allowlist entries are called ${entry.id}`)
    ids.add(entry.id)
    scopes.push(await openScope(entry))
  }
  return { entries, match: (extent) => bestOf(scopes, extent) }
}

/** In scope before out of scope; else most sources, fewest ways out, latest expiry, and at last the name decide. */
function bestOf(scopes: readonly AllowScope[], extent: ScanExtent): AllowMatch | undefined {
  const candidates = scopes.flatMap((scope) => {
    const covered = extent.sources.filter((source) => scope.sources.holds(source)).length
    return covered === 0 ? [] : [{ scope, covered, ways: waysOut(scope, extent) }]
  })
  const [best] = candidates.sort(
    (x, y) =>
      Number(x.ways.length > 0) - Number(y.ways.length > 0) ||
      y.covered - x.covered ||
      x.ways.length - y.ways.length ||
      y.scope.expires - x.scope.expires ||
      (x.scope.entry.id < y.scope.entry.id ? -1 : 1),
  )
  if (best === undefined) return undefined
  const inScope = best.ways.length === 0
  return { entry: best.scope.entry, inScope, because: inScope ? withinText(best.scope, extent) : best.ways }
}
