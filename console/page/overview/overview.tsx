import { SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Overview as Told } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import { PageFrame } from '../../part/page-frame.tsx'
import { Loaded } from '../../part/state.tsx'
import { Begin } from './begin.tsx'
import { Figures } from './figures.tsx'
import { Hours } from './hours.tsx'
import { Needs } from './needs.tsx'
import { Scanned } from './scanned.tsx'

/** What needs a person now, in front; then how the days are. */
export default function Overview() {
  const query = useQuery({
    queryKey: ['cases', 'overview'],
    queryFn: () => get<Told>('/api/overview'),
    refetchInterval: 30_000,
  })
  return (
    <PageFrame title="Overview">
      <Loaded query={query} height={640}>
        {(told) =>
          told.byHour === null ? (
            <Begin />
          ) : (
            <Stack gap="lg">
              <Needs now={told.now} />
              <Hours byHour={told.byHour} />
              <SimpleGrid cols={{ base: 1, md: 2 }}>
                <Scanned scanned={told.scanned} />
                <Figures told={told} />
              </SimpleGrid>
            </Stack>
          )
        }
      </Loaded>
    </PageFrame>
  )
}
