import { Button, Group, Paper, Progress, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { pathWith, upload } from '../../app/api.ts'
import { ProblemAlert } from '../../part/state.tsx'
import { shown } from '../../part/text.tsx'

interface Sending {
  readonly name: string
  readonly share: number
  readonly stop: AbortController
}

/** Takes files that are dropped or picked, and sends them one after the other. */
export function SendFile() {
  const client = useQueryClient()
  const picker = useRef<HTMLInputElement>(null)
  const [net, setNet] = useState('')
  const [sending, setSending] = useState<Sending>()
  const [error, setError] = useState<unknown>()
  const send = async (files: readonly File[]) => {
    setError(undefined)
    try {
      for (const file of files) {
        const stop = new AbortController()
        const show = (share: number) => setSending({ name: file.name, share, stop })
        show(0)
        await upload(pathWith('/api/uploads', { name: file.name, net: net.trim() }), file, show, stop.signal)
        await client.invalidateQueries({ queryKey: ['jobs'] })
      }
    } catch (problem) {
      if ((problem as Error).name !== 'AbortError') setError(problem)
    }
    setSending(undefined)
  }
  return (
    <Paper
      withBorder
      p="md"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        if (sending === undefined) void send([...event.dataTransfer.files])
      }}
    >
      <Stack gap="sm">
        <Text>
          Drop captures, logs or scanner reports here. What they are is recognised; scans that are found become cases.
        </Text>
        <Group align="flex-end">
          <TextInput
            label="Our network"
            description="Where the configuration does not say it"
            placeholder="192.0.2.0/24"
            value={net}
            onChange={({ currentTarget }) => setNet(currentTarget.value)}
          />
          <Button onClick={() => picker.current?.click()} disabled={sending !== undefined}>
            Choose files
          </Button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label="Files to send"
            onChange={({ currentTarget }) => {
              void send([...(currentTarget.files ?? [])])
              currentTarget.value = ''
            }}
          />
        </Group>
        {sending && (
          <Group wrap="nowrap">
            <Text size="sm">Sending {shown(sending.name, 100)}</Text>
            <Progress value={sending.share * 100} flex={1} aria-label="Sent" />
            <Button size="xs" variant="default" onClick={() => sending.stop.abort()}>
              Stop
            </Button>
          </Group>
        )}
        {error !== undefined && <ProblemAlert error={error} />}
      </Stack>
    </Paper>
  )
}
