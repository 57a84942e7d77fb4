import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { get } from '../../app/api.ts'
import { ProblemAlert } from '../../part/state.tsx'

interface Part<Item> {
  readonly items: readonly Item[]
  readonly total: number
}

const pieceSize = 100

/** The beginning of a long list, as it came with the page, and the rest in pieces when it is asked for. */
export function PartList<Item>({
  caseId,
  path,
  part,
  children,
}: {
  readonly caseId: string
  /** Last part of the path that has the whole list. */
  readonly path: string
  readonly part: Part<Item>
  readonly children: (items: readonly Item[]) => ReactNode
}) {
  const [isWhole, setWhole] = useState(false)
  const query = useInfiniteQuery({
    queryKey: ['cases', 'one', caseId, path],
    queryFn: ({ pageParam, signal }) =>
      get<Part<Item>>(`/api/cases/${caseId}/${path}`, { offset: pageParam, limit: pieceSize }, signal),
    initialPageParam: 0,
    getNextPageParam: (_, pages) => {
      const read = pages.reduce((sum, { items }) => sum + items.length, 0)
      return read < (pages.at(-1)?.total ?? 0) && (pages.at(-1)?.items.length ?? 0) > 0 ? read : undefined
    },
    enabled: isWhole,
  })
  const items = isWhole && query.data ? query.data.pages.flatMap((page) => page.items) : part.items
  const left = part.total - items.length
  return (
    <>
      {children(items)}
      {query.error && <ProblemAlert error={query.error} retry={() => void query.refetch()} />}
      {left > 0 && (
        <Button
          variant="subtle"
          size="compact-sm"
          mt="xs"
          loading={query.isFetching}
          onClick={() => (isWhole ? void query.fetchNextPage() : setWhole(true))}
        >
          {left.toLocaleString('en')} more
        </Button>
      )}
    </>
  )
}
