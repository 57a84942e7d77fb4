import { Anchor, Box, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { CasePage } from '../../../src/server/contract.ts'
import { Address, Hostile, shown } from '../../part/text.tsx'
import { PartList } from './part-list.tsx'
import { Section } from './section.tsx'
import { Said, Sentences } from './sentences.tsx'

type Source = CasePage['sources']['items'][number]

/** Whom the case accuses, why each is in it, and what is known of them. */
export function SourcesSection({
  caseId,
  sources,
}: {
  readonly caseId: string
  readonly sources: CasePage['sources']
}) {
  if (sources.total === 0) return null
  return (
    <Section id="sources" title={sources.total === 1 ? 'The source' : 'Sources and members'}>
      <PartList caseId={caseId} path="sources" part={sources}>
        {(items) => (
          <Stack gap="sm">
            {items.map((source) => (
              <SourceItem key={source.address} source={source} />
            ))}
          </Stack>
        )}
      </PartList>
    </Section>
  )
}

function SourceItem({ source }: { readonly source: Source }) {
  return (
    <Box className="question">
      <Title order={3} size="h6">
        <Address address={source.address} />
      </Title>
      <Sentences texts={source.because} most={3} />
      {source.dossier === null ? (
        <Text size="sm" c="dimmed">
          No intelligence was asked about it.
        </Text>
      ) : (
        <Dossier dossier={source.dossier} />
      )}
    </Box>
  )
}

function Dossier({ dossier }: { readonly dossier: NonNullable<Source['dossier']> }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Text size="sm">
        <b>Who:</b> <Hostile text={dossier.identity} />
      </Text>
      {dossier.hits.length === 0 ? (
        <Text size="sm">No list names it.</Text>
      ) : (
        <Sentences texts={dossier.hits.map(({ text, reference }) => `${text} [${reference}]`)} most={4} />
      )}
      <Anchor component="button" type="button" size="sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Less' : `How this is known of ${shown(dossier.identity.split(':')[0] ?? '', 60)}`}
      </Anchor>
      {isOpen && (
        <>
          <Sentences texts={dossier.because} />
          <Said label="Looked at" texts={dossier.looked} />
        </>
      )}
    </>
  )
}
