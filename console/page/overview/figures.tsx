import { Paper, Table, Title } from '@mantine/core'
import type { Overview } from '../../../src/server/contract.ts'
import { spanText } from '../../app/time.tsx'

/** How the days are: noise, false alarms, how long things take. */
export function Figures({ told: { background, falseAlarms, times } }: { readonly told: Overview }) {
  const { closed, low, high } = falseAlarms
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
  const rows = [
    [
      'Background, last day',
      `${background.day} cases${background.usual === null ? '' : `, usually ${background.usual.toFixed(1)}`}`,
    ],
    [
      'False alarms, as closed',
      closed === 0
        ? 'nothing closed yet'
        : `${falseAlarms.falseAlarms} of ${closed} (between ${percent(low)} and ${percent(high)})`,
    ],
    ['First probe to detection', spanOf(times.detect)],
    ['Opened to decided', spanOf(times.decide)],
    ['Opened to contained', spanOf(times.contain)],
  ]
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h4" mb="xs">
        Figures
      </Title>
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th fw={400}>{name}</Table.Th>
              <Table.Td ta="right" className="time">
                {value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}

function spanOf(seconds: number | null): string {
  if (seconds === null) return 'not yet'
  return seconds < 1 ? `${seconds.toFixed(2)} s` : spanText(seconds)
}
