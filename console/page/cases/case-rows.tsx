import { Checkbox } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import type { CaseList } from '../../../src/server/contract.ts'
import { Time } from '../../app/time.tsx'
import { DecisionPill, SeverityPill } from '../../part/pill.tsx'
import { Hostile } from '../../part/text.tsx'
import { useRows } from './case-pages.ts'
import type { Filter } from './filter.ts'
import './case-rows.css'

type Row = CaseList['rows'][number]

export interface Choosing {
  readonly active: number
  readonly chosen: ReadonlySet<string>
  readonly setActive: (index: number) => void
  readonly toggle: (id: string) => void
  /** Told of the row that is active, for the keys. */
  readonly tell: (row: Row | undefined) => void
  readonly mayChoose: boolean
}

const rowHeight = 44

/** The list: only the rows in sight exist, so that 100,000 are as quick as ten. */
export function CaseRows({
  filter,
  total,
  choosing,
}: {
  readonly filter: Filter
  readonly total: number
  readonly choosing: Choosing
}) {
  const frame = useRef<HTMLDivElement>(null)
  const seen = useVirtualizer({
    count: total,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  })
  const items = seen.getVirtualItems()
  const rowAt = useRows(filter, items[0]?.index ?? 0, items.at(-1)?.index ?? 0)
  const { active } = choosing
  choosing.tell(rowAt(active))
  useEffect(() => seen.scrollToIndex(active), [seen, active])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1)
    <section ref={frame} className="case-rows" aria-label="Cases" tabIndex={0}>
      <div className="case-row case-head" aria-hidden="true">
        <span />
        <span>Severity</span>
        <span>Decision</span>
        <span>What happened</span>
        <span>Owner</span>
        <span>Last active</span>
        <span>Probes</span>
      </div>
      <ul style={{ height: seen.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <li
            key={index}
            className={index === active ? 'case-row case-active' : 'case-row'}
            style={{ transform: `translateY(${start}px)`, height: rowHeight }}
          >
            <CaseRow row={rowAt(index)} index={index} choosing={choosing} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function CaseRow({
  row,
  index,
  choosing,
}: {
  readonly row: Row | undefined
  readonly index: number
  readonly choosing: Choosing
}) {
  if (row === undefined) return <span className="case-loading">…</span>
  const isOpen = row.status === 'open'
  return (
    <>
      <span>
        {choosing.mayChoose && (
          <Checkbox
            size="xs"
            aria-label={`Choose case ${row.id}`}
            checked={choosing.chosen.has(row.id)}
            onChange={() => choosing.toggle(row.id)}
          />
        )}
      </span>
      <span>
        <SeverityPill severity={row.severity} />
      </span>
      <span className="case-decision">
        {isOpen ? <DecisionPill decision={row.decision} /> : <span>{row.outcome ?? row.status}</span>}
      </span>
      <Link href={`/cases/${row.id}`} className="case-title" onFocus={() => choosing.setActive(index)}>
        <Hostile text={row.title} most={200} />
      </Link>
      <span className="case-owner">{row.owner === null ? '–' : <Hostile text={row.owner} most={60} />}</span>
      <span className="case-time">
        <Time iso={row.last} />
      </span>
      <span className="case-number">{row.probes.toLocaleString('en')}</span>
    </>
  )
}
