import { Group, Select, Stack, Text } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import UPlot, { type AlignedData } from 'uplot'
import type { HuntAnswer } from '../../../src/server/contract.ts'
import { useTimeZone } from '../../app/time.tsx'
import { Plot, type PlotColours } from '../../part/plot.tsx'
import { Empty } from '../../part/state.tsx'
import { shown } from '../../part/text.tsx'
import { type ChartChoice, type ChartData, chartOf, kindsOf, usualChoice } from './chart-of.ts'

const height = 380
const longestLabel = 22

/** Rows as a chart: what it shows is chosen by what the columns hold, and can be changed. */
export function HuntChart({ answer }: { readonly answer: HuntAnswer }) {
  const kinds = useMemo(() => kindsOf(answer), [answer])
  const usual = useMemo(() => usualChoice(kinds), [kinds])
  const [chosen, choose] = useState<Partial<ChartChoice>>({})
  if (usual === undefined) return <Empty>There is no column of numbers to draw.</Empty>
  const choice = { ...usual, ...chosen }
  const column = (index: number) => ({ value: String(index), label: shown(answer.columns[index] ?? '', 60) })
  const all = answer.columns.map((_, index) => index)
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Select
          label="Across"
          size="xs"
          allowDeselect={false}
          data={all.map(column)}
          value={String(choice.x)}
          onChange={(value) => choose({ ...chosen, x: Number(value) })}
        />
        <Select
          label="Height"
          size="xs"
          allowDeselect={false}
          data={all.filter((index) => kinds[index] === 'number').map(column)}
          value={String(choice.y)}
          onChange={(value) => choose({ ...chosen, y: Number(value) })}
        />
      </Group>
      <Drawn answer={answer} data={chartOf(answer, kinds, choice)} choice={choice} />
    </Stack>
  )
}

function Drawn({
  answer,
  data,
  choice,
}: {
  readonly answer: HuntAnswer
  readonly data: ChartData
  readonly choice: ChartChoice
}) {
  const { zone } = useTimeZone()
  const print = JSON.stringify([data, zone])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the print stands for the data
  const points = useMemo<AlignedData>(
    () => (data.kind === 'time' ? [data.x, data.y] : [data.labels.map((_, k) => k), data.y]),
    [print],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the print stands for the data
  const make = useCallback(
    (colours: PlotColours) => (data.kind === 'time' ? lineOptions(colours, zone) : barOptions(colours, data.labels)),
    [print],
  )
  if (data.y.length === 0) return <Empty>These columns hold nothing to draw.</Empty>
  const [x, y] = [answer.columns[choice.x] ?? '', answer.columns[choice.y] ?? '']
  const left =
    data.kind === 'category' && data.left > 0
      ? ` The ${data.labels.length} largest are drawn, ${data.left} are left out.`
      : ''
  return (
    <>
      <Plot label={`${shown(y, 60)} by ${shown(x, 60)}`} height={height} data={points} make={make} />
      <Text size="xs" c="dimmed">
        {`Sum of ${shown(y, 60)} by ${shown(x, 60)}.${left}`}
      </Text>
    </>
  )
}

function axis({ text, grid }: PlotColours) {
  return { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } }
}

function lineOptions(colours: PlotColours, zone: 'utc' | 'local') {
  return {
    legend: { show: false },
    ...(zone === 'utc' && { tzDate: (at: number) => UPlot.tzDate(new Date(at * 1000), 'Etc/UTC') }),
    axes: [axis(colours), { ...axis(colours), size: 70 }],
    series: [{}, { stroke: colours.line, fill: colours.fill, width: 1.5, points: { show: true, size: 5 } }],
  }
}

function barOptions(colours: PlotColours, labels: readonly string[]) {
  const name = (k: number) => (Number.isInteger(k) ? shown(labels[k] ?? '', 200).slice(0, longestLabel) : '')
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-0.6, labels.length - 0.4] as [number, number] },
      y: { range: { min: { soft: 0, mode: 1 as const }, max: { pad: 0.05 } } },
    },
    axes: [
      {
        ...axis(colours),
        grid: { show: false },
        size: 130,
        rotate: -50,
        splits: () => labels.map((_, k) => k),
        values: (_: UPlot, splits: number[]) => splits.map(name),
      },
      { ...axis(colours), size: 70 },
    ],
    series: [
      {},
      {
        stroke: colours.line,
        fill: colours.fill,
        width: 1,
        paths: UPlot.paths.bars?.({ size: [0.7, 60] }) as UPlot.Series.PathBuilder,
        points: { show: false },
      },
    ],
  }
}
