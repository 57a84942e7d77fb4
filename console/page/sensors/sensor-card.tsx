import { Badge, Group, List, Paper, Stack, Table, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { SensorList } from '../../../src/server/contract.ts'
import { spanText, Time } from '../../app/time.tsx'
import { Hostile } from '../../part/text.tsx'
import { DayLine } from './day-line.tsx'

type Sensor = SensorList['sensors'][number]

/** The more, the worse: what is silent or not understood stands in front. */
export function blindness({ blind, clock, gaps, lost, malformedShare }: Sensor): number {
  const isMute = blind.some((text) => /^(silent since|nothing was understood)/.test(text))
  return (
    (isMute ? 100 : 0) +
    blind.length +
    3 * clock.length +
    gaps.length +
    (lost > 0 ? 2 : 0) +
    (malformedShare > 0.01 ? 2 : 0)
  )
}

export function SensorCard({ sensor }: { readonly sensor: Sensor }) {
  const { source, device, formats, events, rate, first, last, gaps, clock, blind, sampling } = sensor
  return (
    <Paper withBorder p="md" component="section" aria-label={source.slice(0, 100)}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h5" style={{ minWidth: 0 }}>
            <Hostile text={source} most={200} />
            {device !== undefined && (
              <Text span c="dimmed" ml={6} size="sm">
                <Hostile text={device} most={100} />
              </Text>
            )}
          </Title>
          <State sensor={sensor} />
        </Group>
        <DayLine recent={sensor.recent} />
        <Table withRowBorders={false} verticalSpacing={2}>
          <Table.Tbody>
            <Line name="Reads">{formats.length === 0 ? 'nothing yet' : formats.join(', ')}</Line>
            <Line name="Events">
              {`${events.toLocaleString('en')}, ${rateText(rate)}${sampling === undefined ? '' : `, sampled 1:${sampling}`}`}
            </Line>
            <Line name="Damage">{damageText(sensor)}</Line>
            {first !== null && (
              <Line name="Time">
                <Time iso={first} /> to <Time iso={last} seconds />
              </Line>
            )}
            <Line name="Directions">
              <Directions sensor={sensor} />
            </Line>
            {gaps.length > 0 && (
              <Line name="Gaps">
                {gaps.map((gap) => (
                  <div key={gap.from}>
                    {spanText(gap.seconds)}: <Time iso={gap.from} seconds /> to <Time iso={gap.to} seconds />
                  </div>
                ))}
              </Line>
            )}
            {clock.length > 0 && (
              <Line name="Clock">
                {clock.map((text) => (
                  <Hostile key={text} text={text} />
                ))}
              </Line>
            )}
          </Table.Tbody>
        </Table>
        {blind.length > 0 && (
          <div>
            <Text size="sm" fw={600}>
              Cannot see
            </Text>
            <List size="sm">
              {blind.map((text) => (
                <List.Item key={text}>
                  <Hostile text={text} />
                </List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </Paper>
  )
}

function State({ sensor: { blind, clock, events } }: { readonly sensor: Sensor }) {
  const isSilent = blind.some((text) => text.startsWith('silent since'))
  if (events === 0)
    return (
      <Badge style={{ flexShrink: 0 }} color="red.9">
        nothing understood
      </Badge>
    )
  if (isSilent)
    return (
      <Badge style={{ flexShrink: 0 }} color="red.9">
        silent
      </Badge>
    )
  if (clock.length > 0)
    return (
      <Badge style={{ flexShrink: 0 }} color="orange.9">
        clock is off
      </Badge>
    )
  return blind.length > 0 ? (
    <Badge style={{ flexShrink: 0 }} variant="default">
      limited
    </Badge>
  ) : (
    <Badge style={{ flexShrink: 0 }} variant="default">
      sees all
    </Badge>
  )
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={90} c="dimmed" fw={400} style={{ verticalAlign: 'top' }}>
        {name}
      </Table.Th>
      <Table.Td className="time" style={{ whiteSpace: 'normal' }}>
        {children}
      </Table.Td>
    </Table.Tr>
  )
}

function Directions({ sensor: { directions } }: { readonly sensor: Sensor }) {
  if (directions === undefined) return <>not known: our networks are not (networks: in the configuration)</>
  const seen = Object.entries(directions).filter(([, { events, answered }]) => events + answered > 0)
  if (seen.length === 0) return <>no contact yet</>
  return (
    <>
      {seen.map(([name, { events, answered }]) => (
        <div
          key={name}
        >{`${name}: ${events.toLocaleString('en')} asked, ${answered.toLocaleString('en')} answered`}</div>
      ))}
    </>
  )
}

function damageText({ malformed, malformedShare, lost }: Sensor): string {
  const parts = [
    malformed > 0
      ? `${malformed.toLocaleString('en')} malformed (${(100 * malformedShare).toFixed(malformedShare < 0.01 ? 2 : 0)} %)`
      : '',
    lost > 0 ? `${lost.toLocaleString('en')} lost before they were read` : '',
  ].filter((text) => text !== '')
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function rateText(rate: number): string {
  return rate >= 1
    ? `${Math.round(rate).toLocaleString('en')} a second`
    : `${Math.round(rate * 3600).toLocaleString('en')} an hour`
}
