import { Drawer, Group, Table, Text } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import type { HuntAnswer } from '../../../src/server/contract.ts'
import { timeText, useTimeZone } from '../../app/time.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { type ColumnKind, kindsOf } from './chart-of.ts'
import './rows.css'

const rowHeight = 28
const widest = 44
const narrowest = 6
/** So many rows decide how wide a column is. */
const looked = 200
const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }

interface Order {
  readonly column: number
  readonly isDown: boolean
}

/** Rows as a table of which only those in sight are made. A row opens with all that is in it. */
export function HuntRows({ answer }: { readonly answer: HuntAnswer }) {
  const { columns } = answer
  const kinds = useMemo(() => kindsOf(answer), [answer])
  const [order, setOrder] = useState<Order>()
  const rows = useMemo(() => sorted(answer.rows, order), [answer, order])
  const [active, setActive] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const frame = useRef<HTMLDivElement>(null)
  const seen = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const template = useMemo(
    () =>
      widths(answer)
        .map((width) => `${width}ch`)
        .join(' '),
    [answer],
  )
  const show = useShown(kinds)

  const move = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (event.key === 'Enter') setOpen(true)
    else if (step === undefined) return
    else {
      const next = Math.max(0, Math.min(rows.length - 1, active + step))
      setActive(next)
      seen.scrollToIndex(next)
    }
    event.preventDefault()
  }
  const open = (index: number) => {
    setActive(index)
    setOpen(true)
  }
  return (
    <>
      <div ref={frame} className="rows">
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen and opened with the keys
          role="grid"
          aria-label="Rows that were found; arrow keys choose one, Enter opens it"
          aria-rowcount={rows.length + 1}
          aria-activedescendant={rows.length > 0 ? `row-${active}` : undefined}
          tabIndex={0}
          onKeyDown={move}
        >
          <thead>
            <tr aria-rowindex={1} style={{ gridTemplateColumns: template }}>
              {columns.map((name, column) => (
                <HeadCell
                  key={name}
                  name={name}
                  column={column}
                  order={order}
                  isNumber={kinds[column] === 'number'}
                  onOrder={setOrder}
                />
              ))}
            </tr>
          </thead>
          <tbody style={{ height: seen.getTotalSize() }}>
            {seen.getVirtualItems().map(({ index, start }) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
              <tr
                key={index}
                id={`row-${index}`}
                aria-rowindex={index + 2}
                aria-selected={index === active}
                style={{ gridTemplateColumns: template, transform: `translateY(${start}px)`, height: rowHeight }}
                onClick={() => open(index)}
              >
                {columns.map((name, column) => (
                  <td key={name} className={kinds[column] === 'number' ? 'rows-number' : undefined}>
                    <bdi>{show(rows[index]?.[column], column, 300)}</bdi>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Drawer opened={isOpen} onClose={() => setOpen(false)} position="right" size="lg" title={`Row ${active + 1}`}>
        <Table>
          <Table.Tbody>
            {columns.map((name, column) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w="35%">
                  {shown(name, 100)}
                </Table.Th>
                <Table.Td>
                  <Hostile text={show(rows[active]?.[column], column, 20_000)} most={20_000} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Drawer>
    </>
  )
}

function HeadCell({
  name,
  column,
  order,
  isNumber,
  onOrder,
}: {
  readonly name: string
  readonly column: number
  readonly order: Order | undefined
  readonly isNumber: boolean
  readonly onOrder: (order: Order | undefined) => void
}) {
  const isMine = order?.column === column
  const next = isMine ? (order.isDown ? { column, isDown: false } : undefined) : { column, isDown: true }
  const sort = isMine ? (order.isDown ? 'descending' : 'ascending') : 'none'
  return (
    <th scope="col" aria-sort={sort} className={isNumber ? 'rows-number' : undefined}>
      <button type="button" onClick={() => onOrder(next)} title="Sort">
        <Group gap={4} wrap="nowrap" justify={isNumber ? 'flex-end' : 'flex-start'}>
          <Text span inherit truncate>
            {shown(name, 100)}
          </Text>
          <span aria-hidden>{isMine ? (order.isDown ? '▾' : '▴') : ''}</span>
        </Group>
      </button>
    </th>
  )
}

function useShown(kinds: readonly ColumnKind[]) {
  const { zone } = useTimeZone()
  return (value: unknown, column: number, most: number): string => {
    if (kinds[column] === 'time' && typeof value === 'string' && value.length > 10) return timeText(value, zone)
    if (kinds[column] === 'number' && typeof value === 'number') return value.toLocaleString('en')
    return shown(textOf(value), most)
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function lengthOf(value: unknown): number {
  return typeof value === 'number' ? value.toLocaleString('en').length : textOf(value).length
}

/** In characters. */
function widths({ columns, rows }: HuntAnswer): number[] {
  return columns.map((name, i) => {
    const longest = Math.max(name.length + 2, ...rows.slice(0, looked).map((row) => lengthOf(row[i])))
    return Math.max(narrowest, Math.min(widest, longest)) + 3
  })
}

function sorted(rows: HuntAnswer['rows'], order: Order | undefined): HuntAnswer['rows'] {
  if (order === undefined) return rows
  const { column, isDown } = order
  const way = isDown ? -1 : 1
  return rows.toSorted((a, b) => {
    const [x, y] = [a[column], b[column]]
    // What is not known stands last, either way.
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    if (typeof x === 'number' && typeof y === 'number') return way * (x - y)
    const [s, t] = [textOf(x), textOf(y)]
    return way * (s < t ? -1 : Number(s > t))
  })
}
