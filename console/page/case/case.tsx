import { Box, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useParams } from 'wouter'
import type { CasePage } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import { PageFrame } from '../../part/page-frame.tsx'
import { Loaded } from '../../part/state.tsx'
import { shown } from '../../part/text.tsx'
import { CaseActions } from './actions.tsx'
import './case.css'
import { DecisionSection } from './decision.tsx'
import { EvidencePanel } from './evidence-panel.tsx'
import { FollowedSection, RelatedSection } from './followed.tsx'
import { CaseHead } from './head.tsx'
import { HistorySection } from './history.tsx'
import { HostsSection, WeaknessesSection } from './hosts.tsx'
import { NotesSection } from './notes.tsx'
import { PartNav } from './part-nav.tsx'
import { PatternsSection, RecordsSection, TechniquesSection } from './patterns.tsx'
import { QuestionsSection } from './questions.tsx'
import { ScansSection } from './scans.tsx'
import { Section } from './section.tsx'
import { SourcesSection } from './sources.tsx'
import { StepsSection } from './steps.tsx'
import { TimelineSection } from './timeline.tsx'

const AddressMap = lazy(() =>
  import('../../part/address-map/address-map.tsx').then(({ AddressMap }) => ({ default: AddressMap })),
)

/** One case, in the order of the runbook. */
export default function CasePageView() {
  const { id = '' } = useParams<{ id: string }>()
  const query = useQuery({
    queryKey: ['cases', 'one', id, 'page'],
    queryFn: ({ signal }) => get<CasePage>(`/api/cases/${encodeURIComponent(id)}`, undefined, signal),
  })
  const title = query.data ? shown(query.data.head.title, 200) : `Case ${shown(id, 64)}`
  return (
    <PageFrame title={title} actions={query.data && <CaseActions head={query.data.head} />}>
      <Loaded query={query} height={600}>
        {(page) => <Body page={page} />}
      </Loaded>
    </PageFrame>
  )
}

function Body({ page }: { readonly page: CasePage }) {
  const { id } = page.head
  return (
    <Stack gap="md" className="case-page">
      <EvidencePanel caseId={id} />
      <CaseHead page={page} people={null} />
      <PartNav page={page} />
      <DecisionSection page={page} />
      <Box className="case-columns">
        <Stack gap="md" className="case-side">
          <StepsSection page={page} />
          <NotesSection page={page} />
        </Stack>
        <Stack gap="md" className="case-main">
          <QuestionsSection answers={page.answers} />
          <FollowedSection caseId={id} signs={page.signs} />
          <TimelineSection caseId={id} />
          <ScansSection caseId={id} scans={page.scans} />
          <Section id="map" title="Address map">
            <Suspense fallback={<Skeleton height={420} />}>
              <AddressMap caseId={id} />
            </Suspense>
          </Section>
          <SourcesSection caseId={id} sources={page.sources} />
          <HostsSection caseId={id} hosts={page.hosts} />
          <WeaknessesSection caseId={id} weaknesses={page.weaknesses} />
          <PatternsSection patterns={page.patterns} />
          <RelatedSection caseId={id} related={page.related} />
          <TechniquesSection techniques={page.techniques} />
          <RecordsSection records={page.records} />
          <HistorySection caseId={id} history={page.history} />
        </Stack>
      </Box>
    </Stack>
  )
}
