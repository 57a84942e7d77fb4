import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import type { CaseList } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import type { Filter } from './filter.ts'

const pageRows = 100

const ask = (filter: Filter, page: number) => ({
  queryKey: ['cases', 'list', filter, page],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
    get<CaseList>('/api/cases', { ...filter, limit: pageRows, offset: page * pageRows }, signal),
  placeholderData: keepPreviousData,
})

/** The first page of a list, which also says how long it is. */
export function useFirstPage(filter: Filter) {
  return useQuery(ask(filter, 0))
}

/** The rows in sight, by their place in the list; undefined while they are on their way. */
export function useRows(
  filter: Filter,
  from: number,
  to: number,
): (index: number) => CaseList['rows'][number] | undefined {
  const first = Math.floor(from / pageRows)
  const pages = Array.from({ length: Math.floor(to / pageRows) - first + 1 }, (_, i) => first + i)
  const answers = useQueries({ queries: pages.map((page) => ({ ...ask(filter, page), placeholderData: undefined })) })
  return (index) => answers[Math.floor(index / pageRows) - first]?.data?.rows[index % pageRows]
}
