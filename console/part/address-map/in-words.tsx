import { SimpleGrid, Table, Text } from '@mantine/core'
import { useMemo } from 'react'
import type { MapView } from '../../../src/server/contract.ts'
import { spanText } from '../../app/time.tsx'
import { shown } from '../text.tsx'
import { topBlocks, topPorts } from './top.ts'
import type { Touches } from './touches.ts'

const number = (value: number) => value.toLocaleString('en')
const orders = {
  sequential: 'one after the other, upwards',
  reverse: 'one after the other, downwards',
  strided: 'in equal strides',
  permuted: 'in the permuted order of a scanner of the whole Internet',
  random: 'in no order that could be told from chance',
  unknown: 'in an order that cannot be told',
} as const

/** What is to be seen, for who does not see it. */
export function MapInWords({ view, touches }: { readonly view: MapView; readonly touches: Touches }) {
  const [blocks, ports] = useMemo(() => [topBlocks(touches), topPorts(touches)], [touches])
  return (
    <>
      <Text size="sm" mb="sm" data-sentence>
        {sentence(view, touches)}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <CountTable
          caption="Blocks with the most touched addresses"
          head={['Block', 'Addresses', 'Probes', 'Answered']}
          rows={blocks.map(({ block, addresses, probes, answered }) => ({
            name: block,
            counts: [addresses, probes, answered],
          }))}
        />
        <CountTable
          caption="Ports with the most probes (0: no port, as in ICMP)"
          head={['Port', 'Probes', 'Answered']}
          rows={ports.map(({ port, probes, answered }) => ({ name: String(port), counts: [probes, answered] }))}
        />
      </SimpleGrid>
    </>
  )
}

/** Order and its chance, from the record of the largest scan; extent and sources, from the touches. */
function sentence({ scans }: MapView, touches: Touches): string {
  const lead = scans[0]
  const seconds = ((touches.at[touches.count - 1] ?? 0) - (touches.at[0] ?? 0)) / 1000
  const who = `${number(touches.sources.length)} ${touches.sources.length === 1 ? 'source' : 'sources'}`
  const extent = `${number(touches.count)} probes by ${who} in ${seconds < 1 ? 'less than a second' : spanText(seconds)}.`
  if (lead === undefined) return extent
  const tells = lead.order !== 'random' && lead.order !== 'unknown'
  const chance = tells
    ? ` (${lead.order}; chance of it among unordered scans: ${chanceText(lead.p)})`
    : ` (${lead.order})`
  const together = lead.distributed ? `, shared out among ${number(lead.sources)} sources` : ''
  const tool = lead.tool === null ? '' : ` by ${shown(lead.tool, 100)}`
  const most = scans.length > 1 ? `The largest of ${number(scans.length)} scans` : 'The scan'
  return `${most}${tool} asked its addresses ${orders[lead.order]}${chance}${together}. ${extent}`
}

function chanceText(p: number): string {
  return p < 1e-300 ? 'below 1e-300' : p < 0.001 ? p.toExponential(0) : p.toFixed(3)
}

/** The first column names what is counted in the others. */
function CountTable({
  caption,
  head,
  rows,
}: {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly { readonly name: string; readonly counts: readonly number[] }[]
}) {
  return (
    <Table.ScrollContainer minWidth={70 * head.length}>
      <Table captionSide="top" verticalSpacing={2}>
        <Table.Caption>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {head.map((title) => (
              <Table.Th key={title} scope="col">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, counts }) => (
            <Table.Tr key={name}>
              <Table.Td className="address">{name}</Table.Td>
              {counts.map((count, column) => (
                <Table.Td key={head[column + 1]}>{number(count)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
