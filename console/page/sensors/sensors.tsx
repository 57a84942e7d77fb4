import { Alert, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { SensorList } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import { Time } from '../../app/time.tsx'
import { PageFrame } from '../../part/page-frame.tsx'
import { Loaded } from '../../part/state.tsx'
import { blindness, SensorCard } from './sensor-card.tsx'

const each = 20_000

/** What every sensor delivers and what it cannot see; those with something wrong in front. */
export default function Sensors() {
  const query = useQuery({
    queryKey: ['sensors'],
    queryFn: () => get<SensorList>('/api/sensors'),
    refetchInterval: each,
  })
  return (
    <PageFrame title="Sensors">
      <Loaded query={query} height={420}>
        {(list) => (list.kept === null ? <None /> : <Known list={list} kept={list.kept} />)}
      </Loaded>
    </PageFrame>
  )
}

function None() {
  return (
    <Alert color="blue" title="No sensor is followed yet">
      <Text size="sm">
        An admin names logs and listeners under <code>sources:</code> in the configuration: files, syslog, NetFlow,
        captures. What they deliver is told here twenty seconds later.
      </Text>
    </Alert>
  )
}

function Known({ list, kept }: { readonly list: SensorList; readonly kept: string }) {
  const sensors = list.sensors.toSorted((a, b) => blindness(b) - blindness(a))
  const sum = (count: (sensor: SensorList['sensors'][number]) => number) =>
    sensors.reduce((total, sensor) => total + count(sensor), 0)
  const figures = [
    ['Sensors', sensors.length],
    ['That cannot see something', sensors.filter(({ blind }) => blind.length > 0).length],
    ['Silent', sensors.filter(({ blind }) => blind.some((text) => text.startsWith('silent since'))).length],
    ['Events', sum(({ events }) => events)],
  ] as const
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Group gap="xl">
          {figures.map(([name, value]) => (
            <div key={name}>
              <Text size="xs" c="dimmed">
                {name}
              </Text>
              <Text fw={600} className="time">
                {value.toLocaleString('en')}
              </Text>
            </div>
          ))}
        </Group>
        <Text size="xs" c="dimmed">
          As of <Time iso={kept} seconds />
        </Text>
      </Group>
      {sensors.length === 0 && <Paper p="md">No source has delivered anything yet.</Paper>}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {sensors.map((sensor) => (
          <SensorCard key={`${sensor.source} ${sensor.device ?? ''}`} sensor={sensor} />
        ))}
      </SimpleGrid>
    </Stack>
  )
}
