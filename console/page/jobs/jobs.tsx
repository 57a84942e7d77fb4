import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { JobList } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import { useMay } from '../../app/session.tsx'
import { PageFrame } from '../../part/page-frame.tsx'
import { Empty, Loaded } from '../../part/state.tsx'
import { JobCard } from './job-card.tsx'
import { SendFile } from './send-file.tsx'

const runningEach = 1000

/** Files that people send, and what comes of them. */
export default function Jobs() {
  const mayUpload = useMay('analyst')
  const query = useQuery({
    queryKey: ['jobs'],
    queryFn: () => get<JobList>('/api/jobs'),
    refetchInterval: ({ state }) => (state.data?.jobs.some((job) => job.state === 'running') ? runningEach : false),
  })
  return (
    <PageFrame title="Uploads and jobs">
      <Stack gap="lg">
        {mayUpload && <SendFile />}
        <Loaded query={query} height={300}>
          {({ jobs }) =>
            jobs.length === 0 ? (
              <Empty>No file was sent yet.</Empty>
            ) : (
              <Stack gap="sm" component="section" aria-label="Jobs">
                {jobs.map((job) => (
                  <JobCard key={job.id} job={job} />
                ))}
              </Stack>
            )
          }
        </Loaded>
      </Stack>
    </PageFrame>
  )
}
