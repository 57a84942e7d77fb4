import { Anchor, Button, Group, List, Paper, Progress, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { JobList } from '../../../src/server/contract.ts'
import { send } from '../../app/api.ts'
import { useMay, useSession } from '../../app/session.tsx'
import { Time } from '../../app/time.tsx'
import { Pill } from '../../part/pill.tsx'
import { ProblemAlert } from '../../part/state.tsx'
import { Hostile } from '../../part/text.tsx'

type Job = JobList['jobs'][number]

const number = (value: number) => value.toLocaleString('en')

/** One file: how far its analysis is, and what came of it. */
export function JobCard({ job }: { readonly job: Job }) {
  const client = useQueryClient()
  const isAdmin = useMay('admin')
  const { name } = useSession()
  const cancel = useMutation({
    mutationFn: () => send('POST', `/api/jobs/${job.id}/cancel`),
    onSettled: () => client.invalidateQueries({ queryKey: ['jobs'] }),
  })
  const isOpen = job.state === 'queued' || job.state === 'running'
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="sm">
            <Text fw={600}>
              <Hostile text={job.name} most={120} />
            </Text>
            <Pill kind={job.state === 'failed' ? 'high' : 'quiet'}>{job.state}</Pill>
          </Group>
          <Text size="sm" c="dimmed" className="time">
            {(job.bytes / 1e6).toFixed(1)} MB, sent by <Hostile text={job.account} most={64} />,{' '}
            <Time iso={job.created} />
          </Text>
        </Group>
        {job.state === 'running' && <Running job={job} />}
        {isOpen && (isAdmin || name === job.account) && (
          <Group>
            <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              Cancel
            </Button>
          </Group>
        )}
        {cancel.error && <ProblemAlert error={cancel.error} />}
        {job.problem !== null && (
          <Text size="sm">
            <Hostile text={job.problem} />
          </Text>
        )}
        {job.result && <Result result={job.result} />}
      </Stack>
    </Paper>
  )
}

function Running({ job: { progress } }: { readonly job: Job }) {
  const share = progress?.total ? Math.min(1, progress.bytes / progress.total) : undefined
  return (
    <Group wrap="nowrap">
      <Progress value={(share ?? 1) * 100} animated={share === undefined} flex={1} aria-label="Analysed" />
      <Text size="sm" className="time">
        {number(progress?.events ?? 0)} events
      </Text>
    </Group>
  )
}

function Result({ result }: { readonly result: NonNullable<Job['result']> }) {
  const { events, malformed, scans, cases, casesOmitted, warnings } = result
  return (
    <Stack gap={4}>
      <Text size="sm" className="time">
        {number(events)} events, {number(malformed)} malformed, {number(scans)} {scans === 1 ? 'scan' : 'scans'}
      </Text>
      <List size="sm">
        {cases.map(({ id, title }) => (
          <List.Item key={id}>
            <Anchor component={Link} href={`/cases/${id}`}>
              <Hostile text={title} most={300} />
            </Anchor>
          </List.Item>
        ))}
      </List>
      {casesOmitted > 0 && <Text size="sm">and {number(casesOmitted)} more cases</Text>}
      {warnings.map((text) => (
        <Text size="sm" c="dimmed" key={text}>
          <Hostile text={text} />
        </Text>
      ))}
    </Stack>
  )
}
