import { Anchor, Text } from '@mantine/core'
import { IconFileSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { CasePage } from '../../../src/server/contract.ts'
import { shown } from '../../part/text.tsx'
import { useEvidence } from './evidence-place.ts'

export type EvidenceAt = CasePage['answers'][number]['evidence']['items'][number]

/** Opens the original record beside the page. */
export function EvidenceLink({ evidence, label }: { readonly evidence: EvidenceAt; readonly label?: string }) {
  const { open, isOpen } = useEvidence(evidence.ref)
  const file = evidence.source.split('/').at(-1) ?? evidence.source
  const place = `${shown(file, 60)} @${evidence.offset.toLocaleString('en')}`
  return (
    <Anchor
      component="button"
      type="button"
      size="xs"
      className="evidence"
      data-evidence={evidence.ref}
      aria-expanded={isOpen}
      title={`${shown(evidence.source, 400)} at byte ${evidence.offset.toLocaleString('en')}`}
      onClick={open}
    >
      <IconFileSearch size={14} stroke={1.5} aria-hidden="true" />
      <span>{label ?? `${shown(evidence.shows, 160)}: ${place}`}</span>
    </Anchor>
  )
}

const first = 3

/** The records something rests on. */
export function EvidenceList({
  evidence,
}: {
  readonly evidence: { readonly items: readonly EvidenceAt[]; readonly total: number }
}) {
  const [isWhole, setWhole] = useState(false)
  if (evidence.items.length === 0) return null
  const shownItems = isWhole ? evidence.items : evidence.items.slice(0, first)
  const left = evidence.items.length - shownItems.length
  const beyond = evidence.total - evidence.items.length
  return (
    <div className="evidence-list">
      {shownItems.map((each) => (
        <EvidenceLink key={each.ref + each.shows} evidence={each} />
      ))}
      {left > 0 && (
        <Anchor component="button" type="button" size="xs" onClick={() => setWhole(true)}>
          {left} more
        </Anchor>
      )}
      {isWhole && beyond > 0 && (
        <Text size="xs" c="dimmed">
          and {beyond} more; the JSON export has them all
        </Text>
      )}
    </div>
  )
}
