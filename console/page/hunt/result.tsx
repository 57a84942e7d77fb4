import { Alert, Button, Group, Loader, Stack, Tabs, Text, Title } from '@mantine/core'
import { IconChartBar, IconDownload, IconTable } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { HuntAnswer } from '../../../src/server/contract.ts'
import { spanText, Time } from '../../app/time.tsx'
import { Empty, ProblemAlert } from '../../part/state.tsx'
import { HuntChart } from './chart.tsx'
import { HuntRows } from './rows.tsx'
import type { Asking } from './use-asking.ts'

/** What was found, or that it is still looked for, or what was wrong with the question. */
export function HuntResult({ asking }: { readonly asking: Asking }) {
  const { state, answer, error } = asking
  return (
    <Stack gap="sm" aria-live="polite">
      {state === 'running' && <Waiting />}
      {state === 'cancelled' && <Alert color="gray">It was cancelled.</Alert>}
      {state === 'failed' && <ProblemAlert error={error} />}
      {answer && <Found answer={answer} asking={asking} />}
    </Stack>
  )
}

function Waiting() {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <Group gap="xs" role="status">
      <Loader size="sm" />
      <Text size="sm">The archive is asked, {spanText(seconds)} so far</Text>
    </Group>
  )
}

function Found({ answer, asking }: { readonly answer: HuntAnswer; readonly asking: Asking }) {
  const { rows, isCut, from, to, leftOut, milliseconds } = answer
  const { asked } = asking
  const isBusy = asking.state === 'running'
  return (
    <>
      <Group justify="space-between" gap="xs">
        <div>
          <Title order={2} size="h4">
            {rows.length.toLocaleString('en')} {rows.length === 1 ? 'row' : 'rows'}
            {isCut && ', and there are more'}
          </Title>
          <Text size="xs" c="dimmed">
            {(milliseconds / 1000).toFixed(1)} s, from {from === null ? 'the beginning' : <Time iso={from} />} to{' '}
            {to === null ? 'the end' : <Time iso={to} />}
            {leftOut > 0 && `; ${leftOut} files of the archive are not whole and were not read`}
          </Text>
        </div>
        {asked && (
          <Group gap="xs">
            {(['csv', 'jsonl'] as const).map((form) => (
              <Button
                key={form}
                size="xs"
                variant="default"
                disabled={isBusy}
                leftSection={<IconDownload size={14} />}
                onClick={() => asking.save(asked, form)}
              >
                {form === 'csv' ? 'CSV' : 'JSON Lines'}
              </Button>
            ))}
          </Group>
        )}
      </Group>
      {rows.length === 0 ? (
        <Empty>Nothing in the archive answers this question in that time.</Empty>
      ) : (
        <Tabs defaultValue="table" keepMounted={false} key={asked === undefined ? '' : JSON.stringify(asked)}>
          <Tabs.List>
            <Tabs.Tab value="table" leftSection={<IconTable size={14} />}>
              Table
            </Tabs.Tab>
            <Tabs.Tab value="chart" leftSection={<IconChartBar size={14} />}>
              Chart
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="table" pt="sm">
            <HuntRows answer={answer} />
          </Tabs.Panel>
          <Tabs.Panel value="chart" pt="sm">
            <HuntChart answer={answer} />
          </Tabs.Panel>
        </Tabs>
      )}
    </>
  )
}
