import { ScrollArea, Table, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { Time } from '../../app/time.tsx'
import { Hostile } from '../../part/text.tsx'
import { EvidenceLink } from './evidence-link.tsx'
import { type Entry, lanes } from './timeline-view.ts'

const most = 200
const titles = new Map(lanes.map(({ from, title }) => [from, title]))

/** What the picture shows, as a table; the entry that was chosen there is marked and in sight. */
export function TimelineList({
  entries,
  total,
  chosen,
}: {
  readonly entries: readonly Entry[]
  readonly total: number
  readonly chosen: number | null
}) {
  const row = useRef<HTMLTableRowElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row moves when another entry is chosen.
  useEffect(() => row.current?.scrollIntoView({ block: 'nearest' }), [chosen])
  return (
    <>
      <ScrollArea.Autosize
        mah={280}
        mt="xs"
        type="auto"
        viewportProps={{ tabIndex: 0, 'aria-label': 'Entries', role: 'region' }}
      >
        <Table verticalSpacing={3} aria-label="Entries of the timeline" miw={520}>
          <Table.Tbody>
            {entries.slice(0, most).map((entry) => (
              <Table.Tr
                key={entry.number}
                {...(entry.number === chosen && {
                  ref: row,
                  bg: 'var(--mantine-color-default-hover)',
                  'aria-current': true,
                })}
              >
                <Table.Td w={150}>
                  <Time iso={entry.at} seconds />
                </Table.Td>
                <Table.Td w={120}>{titles.get(entry.from)}</Table.Td>
                <Table.Td>
                  <Hostile text={entry.text} most={600} />{' '}
                  {entry.evidence && (
                    <EvidenceLink evidence={entry.evidence} label={`@${entry.evidence.offset.toLocaleString('en')}`} />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      <Text size="xs" c="dimmed" mt={4} role="status">
        {Math.min(most, entries.length)} of {total.toLocaleString('en')} entries
        {entries.length > most ? '; zoom in to see the others' : ''}
      </Text>
    </>
  )
}
