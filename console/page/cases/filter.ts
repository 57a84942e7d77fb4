import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'

/** Which cases are listed: what stands in the page's address, as the API takes it. */
export type Filter = Readonly<Record<string, string>>

/** Lists that everybody wants. */
export const namedFilters: readonly { readonly name: string; readonly filter: Filter }[] = [
  { name: 'To do', filter: { status: 'open', above: 'true' } },
  { name: 'Escalated, nobody on it', filter: { status: 'open', escalated: 'true', owner: '-' } },
  { name: 'Last 24 hours', filter: { since: '24h', sort: 'newest' } },
  { name: 'Closed as false alarm', filter: { outcome: 'false-alarm', sort: 'newest' } },
  { name: 'All', filter: {} },
]

/** The filter in the page's address: a link to it can be shared, and reload and the back button keep it. */
export function useFilter(): readonly [Filter, (next: Filter) => void] {
  const [search, setSearch] = useSearchParams()
  const filter = useMemo(() => Object.fromEntries(search), [search])
  const choose = useCallback(
    (next: Filter) => setSearch(new URLSearchParams(Object.entries(next).filter(([, value]) => value !== ''))),
    [setSearch],
  )
  return [filter, choose]
}

export function sameFilter(x: Filter, y: Filter): boolean {
  const text = (filter: Filter) => JSON.stringify(Object.entries(filter).toSorted())
  return text(x) === text(y)
}

const key = 'sweepwatch-case-views'

/** Filters that this person named in this browser. */
export function savedViews(): Readonly<Record<string, Filter>> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, Filter>
  } catch {
    return {}
  }
}

export function saveViews(views: Readonly<Record<string, Filter>>): void {
  localStorage.setItem(key, JSON.stringify(views))
}
