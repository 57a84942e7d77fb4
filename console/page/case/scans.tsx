import { Box, Group, SimpleGrid, Stack, Text, Title, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CasePage, ScanView } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import { SeverityPill } from '../../part/pill.tsx'
import { Loaded } from '../../part/state.tsx'
import { Hostile } from '../../part/text.tsx'
import { OutcomeBar } from './outcome-bar.tsx'
import { PartList } from './part-list.tsx'
import { ScanLearned } from './scan-learned.tsx'
import { ScoreSteps } from './score-steps.tsx'
import { Section } from './section.tsx'
import { Said, Sentences } from './sentences.tsx'
import { Waterfall } from './waterfall.tsx'

type Row = CasePage['scans']['items'][number]

/** Each scan with what speaks for it. The first is open; the others are read when they are opened. */
export function ScansSection({ caseId, scans }: { readonly caseId: string; readonly scans: CasePage['scans'] }) {
  return (
    <Section id="scans" title="Scans, and what speaks for them">
      <PartList caseId={caseId} path="scans" part={scans}>
        {(items) => (
          <Stack gap="sm">
            {items.map((row, index) => (
              <ScanItem key={row.id} caseId={caseId} row={row} isFirst={index === 0} />
            ))}
          </Stack>
        )}
      </PartList>
      {scans.omitted > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          Of {scans.omitted.toLocaleString('en')} more scans the whole record is no longer kept in the case; they are
          counted.
        </Text>
      )}
    </Section>
  )
}

function ScanItem({ caseId, row, isFirst }: { readonly caseId: string; readonly row: Row; readonly isFirst: boolean }) {
  const [isOpen, setOpen] = useState(isFirst)
  const Chevron = isOpen ? IconChevronDown : IconChevronRight
  return (
    <Box className="scan">
      <UnstyledButton
        onClick={() => setOpen(!isOpen)}
        aria-expanded={isOpen}
        className="scan-head"
        id={`scan-${row.id}-head`}
      >
        <Chevron size={16} aria-hidden="true" />
        <span>
          <Title order={3} size="h6">
            <Hostile text={row.headline} />
          </Title>
          <Group gap="xs" mt={2}>
            <SeverityPill severity={row.severity} />
            <Text size="sm" c="dimmed">
              {Math.round(row.confidence * 1000) / 10}% sure; in the case because{' '}
              <Hostile text={row.joined} most={400} />; id {row.id}
            </Text>
          </Group>
        </span>
      </UnstyledButton>
      {isOpen && <ScanBody caseId={caseId} scan={row.id} />}
    </Box>
  )
}

function ScanBody({ caseId, scan }: { readonly caseId: string; readonly scan: string }) {
  const query = useQuery({
    queryKey: ['cases', 'one', caseId, 'scan', scan],
    queryFn: ({ signal }) => get<ScanView>(`/api/cases/${caseId}/scans/${scan}`, undefined, signal),
  })
  return (
    <Loaded query={query} height={360}>
      {(view) => (
        <Stack gap="sm" mt="xs">
          <Waterfall scan={view} />
          <ScoreSteps scan={view} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <Box>
              <Title order={4} size="h6" mb={4}>
                How we know
              </Title>
              <Sentences texts={view.reasons} />
              <Said label="And" texts={view.about} />
            </Box>
            <Box>
              <Title order={4} size="h6" mb={4}>
                What would reverse this
              </Title>
              <Sentences texts={view.reverse} />
            </Box>
          </SimpleGrid>
          <OutcomeBar outcomes={view.outcomes} text={view.outcome} />
          <ScanLearned scan={view} />
        </Stack>
      )}
    </Loaded>
  )
}
