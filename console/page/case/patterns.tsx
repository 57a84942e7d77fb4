import { Box, Stack, Table, Text, Title } from '@mantine/core'
import type { CasePage } from '../../../src/server/contract.ts'
import { Hostile, shown } from '../../part/text.tsx'
import { EvidenceLink } from './evidence-link.tsx'
import { Facts } from './facts-table.tsx'
import { Section } from './section.tsx'
import { Said, Sentences } from './sentences.tsx'

export function PatternsSection({ patterns }: { readonly patterns: CasePage['patterns'] }) {
  if (patterns.length === 0) return null
  return (
    <Section id="patterns" title="Patterns that go with malice">
      <Stack gap="sm">
        {patterns.map(({ name, purpose, because, references }) => (
          <Box key={name} className="question">
            <Title order={3} size="h6">
              {shown(name, 200)}
            </Title>
            <Text size="sm" c="dimmed">
              {shown(purpose, 400)}
            </Text>
            <Sentences texts={because} />
            <Said label="Described in" texts={references} />
          </Box>
        ))}
      </Stack>
    </Section>
  )
}

/** What belongs to T1595.001 in ATT&CK, and whether it was seen. */
export function TechniquesSection({ techniques }: { readonly techniques: CasePage['techniques'] }) {
  if (techniques.length === 0) return null
  return (
    <Section id="techniques" title="Related techniques of ATT&CK">
      <Facts head={['Technique', 'State', 'Why']} minWidth={560}>
        {techniques.map(({ id, name, state, isSeen, because }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Text size="sm" fw={isSeen ? 700 : 400}>
                {shown(id, 20)} {shown(name, 100)}
              </Text>
            </Table.Td>
            <Table.Td fw={isSeen ? 700 : 400}>{state}</Table.Td>
            <Table.Td>
              <Hostile text={because.slice(0, 3).join(' ')} most={600} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Facts>
    </Section>
  )
}

/** The records that were copied as proof. */
export function RecordsSection({ records }: { readonly records: CasePage['records'] }) {
  if (records.length === 0) return null
  return (
    <Section
      id="records"
      title="Records kept as proof"
      about="Copied into the case when it was decided, so that the rotation of logs does not take the proof away."
    >
      <details className="fold" open={records.length <= 6}>
        <summary>{records.length} records</summary>
        <Facts head={['Shows', 'SHA-256']} minWidth={420}>
          {records.map((record) => (
            <Table.Tr key={record.ref}>
              <Table.Td>
                <EvidenceLink evidence={record} />
              </Table.Td>
              <Table.Td ff="monospace" fz="xs">
                {record.sha256.slice(0, 16)}…
              </Table.Td>
            </Table.Tr>
          ))}
        </Facts>
      </details>
    </Section>
  )
}
