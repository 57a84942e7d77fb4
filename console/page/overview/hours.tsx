import { Paper, Table, Text, Title } from '@mantine/core'
import { useCallback, useMemo } from 'react'
import UPlot, { type AlignedData } from 'uplot'
import type { Overview } from '../../../src/server/contract.ts'
import { timeText, useTimeZone } from '../../app/time.tsx'
import { Plot, type PlotColours } from '../../part/plot.tsx'

const hour = 3600

/** Cases that began, by hour; the same by day as a table for who does not see the chart. */
export function Hours({ byHour }: { readonly byHour: NonNullable<Overview['byHour']> }) {
  const { zone } = useTimeZone()
  const begin = Date.parse(byHour.from) / 1000
  const data = useMemo<AlignedData>(
    () => [byHour.counts.map((_, i) => begin + i * hour), [...byHour.counts]],
    [byHour, begin],
  )
  const make = useCallback(
    ({ line, fill, text, grid }: PlotColours) => ({
      cursor: { drag: { x: false, y: false } },
      legend: { show: false },
      tzDate: (seconds: number) =>
        zone === 'utc' ? UPlot.tzDate(new Date(seconds * 1000), 'UTC') : new Date(seconds * 1000),
      axes: [
        { stroke: text, grid: { stroke: grid } },
        { stroke: text, grid: { stroke: grid }, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
      ],
      scales: { y: { range: (_: UPlot, __: number, most: number): [number, number] => [0, Math.max(1, most)] } },
      series: [
        {},
        {
          stroke: line,
          fill,
          paths: UPlot.paths.bars?.({ size: [0.9] }) as UPlot.Series.PathBuilder,
          points: { show: false },
        },
      ],
    }),
    [zone],
  )
  const days = Array.from({ length: 7 }, (_, day) => ({
    day: new Date((begin + day * 24 * hour) * 1000).toISOString(),
    cases: byHour.counts.slice(24 * day, 24 * day + 24).reduce((sum, each) => sum + each, 0),
  }))
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h4">
        Cases by hour of their first probe
      </Title>
      <Text size="xs" c="dimmed" mb="xs">
        Seven days up to the newest activity
      </Text>
      <Plot label="Cases by hour; the table has them by day" height={180} data={data} make={make} />
      <details>
        <summary>By day, as a table</summary>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>24 hours from</Table.Th>
              <Table.Th>Cases</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {days.map(({ day, cases }) => (
              <Table.Tr key={day}>
                <Table.Td>{timeText(day, zone, false)}</Table.Td>
                <Table.Td>{cases}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </Paper>
  )
}
