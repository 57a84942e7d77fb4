import { Alert, Button, CopyButton, Drawer, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { OriginalRecord } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import { Time } from '../../app/time.tsx'
import { Empty, Loaded } from '../../part/state.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { useOpenEvidence } from './evidence-place.ts'
import { Facts } from './facts-table.tsx'
import { bytesOf, hexDump } from './hex-dump.ts'

/** The original record that was asked for, beside the page. */
export function EvidencePanel({ caseId }: { readonly caseId: string }) {
  const { ref, close } = useOpenEvidence()
  return (
    <Drawer
      opened={ref !== null}
      onClose={close}
      position="right"
      size="min(760px, 100%)"
      lockScroll={false}
      title="Original record"
      overlayProps={{ backgroundOpacity: 0.2 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {ref !== null && <RecordOf caseId={caseId} recordRef={ref} />}
    </Drawer>
  )
}

function RecordOf({ caseId, recordRef }: { readonly caseId: string; readonly recordRef: string }) {
  const query = useQuery({
    queryKey: ['cases', 'one', caseId, 'evidence', recordRef],
    queryFn: ({ signal }) =>
      get<OriginalRecord>(`/api/cases/${caseId}/evidence/${encodeURIComponent(recordRef)}`, undefined, signal),
    staleTime: 300_000,
  })
  return <Loaded query={query}>{(record) => <RecordView record={record} />}</Loaded>
}

const states = {
  same: { colour: 'teal', text: 'The original is still there and the same as the copy in the case.' },
  changed: {
    colour: 'orange',
    text: 'What stands at this place now is not what was copied: the file was changed or rotated. This is the copy.',
  },
  gone: { colour: 'orange', text: 'The original cannot be read any more.' },
  'not-copied': {
    colour: 'gray',
    text: 'Read from the original just now. The case keeps no copy of this record to compare it with.',
  },
} as const

function RecordView({ record }: { readonly record: OriginalRecord }) {
  const { colour, text } = states[record.state]
  return (
    <Stack gap="sm">
      <Title order={3} size="h5">
        <Hostile text={record.shows} />
      </Title>
      <Alert color={colour} variant="light" p="xs">
        {text}
        {record.state === 'gone' && record.isCopy && ' This is the copy that the case keeps.'}
      </Alert>
      <Where record={record} />
      {record.bytes === null ? (
        <Empty>There is neither the original nor a copy. The case points at it: another copy of the log has it.</Empty>
      ) : (
        <Bytes record={record} base64={record.bytes} />
      )}
      {record.understood.map((fields) => (
        <Facts
          key={fields.map(({ value }) => value).join(' ')}
          title="As Sweepwatch understands it"
          head={['Field', 'Value']}
          minWidth={300}
        >
          {fields.map(({ name, value }) => (
            <Table.Tr key={name}>
              <Table.Td w={140}>{shown(name, 60)}</Table.Td>
              <Table.Td>
                <Hostile text={value} most={1000} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Facts>
      ))}
    </Stack>
  )
}

function Where({ record }: { readonly record: OriginalRecord }) {
  return (
    <dl className="where">
      <dt>File</dt>
      <dd>
        <Hostile text={record.source} most={400} />
      </dd>
      <dt>Place</dt>
      <dd>
        byte {record.offset.toLocaleString('en')}, {record.length.toLocaleString('en')} bytes long
      </dd>
      <dt>Time</dt>
      <dd>
        <Time iso={record.at} seconds />
      </dd>
      <dt>SHA-256</dt>
      <dd className="digest">{record.sha256 ?? '–'}</dd>
    </dl>
  )
}

/** A line of text, or the bytes with their ASCII; what could act or mislead is shown as its code. */
function Bytes({ record, base64 }: { readonly record: OriginalRecord; readonly base64: string }) {
  const bytes = bytesOf(base64)
  const text = record.isText ? new TextDecoder().decode(bytes) : hexDump(bytes)
  const safe = shown(text, 200_000)
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {record.isText ? 'Text' : 'Bytes'}
          {record.isCut && ` (the first ${bytes.length.toLocaleString('en')})`}
        </Text>
        <CopyButton value={safe}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it. */}
      <section className="record" tabIndex={0} aria-label="The record">
        <pre className={record.isText ? 'text' : 'hex'} dir="ltr">
          {safe}
        </pre>
      </section>
    </div>
  )
}
