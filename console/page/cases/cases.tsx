import { Button, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconDownload } from '@tabler/icons-react'
import { useCallback, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { CaseList } from '../../../src/server/contract.ts'
import { pathWith } from '../../app/api.ts'
import { usePageKeys } from '../../app/keys.tsx'
import { useMay } from '../../app/session.tsx'
import { PageFrame } from '../../part/page-frame.tsx'
import { Empty, Loaded } from '../../part/state.tsx'
import { Bulk } from './bulk.tsx'
import { useFirstPage } from './case-pages.ts'
import { CaseRows } from './case-rows.tsx'
import { type Filter, useFilter } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'

const keys = [
  { keys: 'j', about: 'Next case' },
  { keys: 'k', about: 'Case before' },
  { keys: 'Enter', about: 'Open the case' },
  { keys: 'x', about: 'Choose the case, for what is done with several' },
]

/** Every case, filtered, chosen and opened. */
export default function Cases() {
  const [filter, choose] = useFilter()
  const query = useFirstPage(filter)
  usePageKeys(keys)
  return (
    <PageFrame
      title="Cases"
      actions={
        <Button
          component="a"
          href={pathWith('/api/cases.csv', filter)}
          download="cases.csv"
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} />}
        >
          CSV
        </Button>
      }
    >
      <FilterBar filter={filter} choose={choose} />
      <Loaded query={query} height={480}>
        {({ total }) => <List key={JSON.stringify(filter)} filter={filter} total={total} />}
      </Loaded>
    </PageFrame>
  )
}

function List({ filter, total }: { readonly filter: Filter; readonly total: number }) {
  const mayChoose = useMay('analyst')
  const [, go] = useLocation()
  const [active, setActive] = useState(0)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const row = useRef<CaseList['rows'][number]>(undefined)
  const toggle = useCallback(
    (id: string) =>
      setChosen((known) => new Set(known.has(id) ? [...known].filter((each) => each !== id) : [...known, id])),
    [],
  )
  const move = (step: number) => setActive((at) => Math.max(0, Math.min(total - 1, at + step)))
  useHotkeys([
    ['j', () => move(1)],
    ['k', () => move(-1)],
    ['Enter', () => row.current && go(`/cases/${row.current.id}`)],
    ['x', () => mayChoose && row.current && toggle(row.current.id)],
  ])
  if (total === 0) return <Empty>No case fits. Take a filter away, or send a capture under Uploads and jobs.</Empty>
  return (
    <>
      {mayChoose && <Bulk chosen={chosen} clear={() => setChosen(new Set())} />}
      <CaseRows
        filter={filter}
        total={total}
        choosing={{
          active,
          chosen,
          setActive,
          toggle,
          mayChoose,
          tell: (at) => {
            row.current = at
          },
        }}
      />
      <Text size="xs" c="dimmed" mt={4} aria-live="polite">
        {total.toLocaleString('en')} {total === 1 ? 'case' : 'cases'}
      </Text>
    </>
  )
}
