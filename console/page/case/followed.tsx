import { Table, Text } from '@mantine/core'
import type { CasePage } from '../../../src/server/contract.ts'
import { Time } from '../../app/time.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { EvidenceLink, EvidenceList } from './evidence-link.tsx'
import { Facts } from './facts-table.tsx'
import { PartList } from './part-list.tsx'
import { Section } from './section.tsx'

/** Signs that something came of the scan, the most telling at first, in the order of time. */
export function FollowedSection({ caseId, signs }: { readonly caseId: string; readonly signs: CasePage['signs'] }) {
  if (signs.total === 0) return null
  return (
    <Section id="followed" title="What followed">
      <PartList caseId={caseId} path="signs" part={signs}>
        {(items) => (
          <Facts head={['When', 'What', 'Sure', 'Records']} minWidth={640}>
            {items.map((sign) => (
              <Table.Tr key={`${sign.kind} ${sign.first} ${sign.text}`}>
                <Table.Td>
                  <Time iso={sign.first} seconds />
                </Table.Td>
                <Table.Td>
                  <Hostile text={sign.text} />
                  <Text size="xs" c="dimmed">
                    <Hostile text={sign.figures} />
                  </Text>
                </Table.Td>
                <Table.Td>{Math.round(sign.confidence * 100)}%</Table.Td>
                <Table.Td>
                  <EvidenceList evidence={sign.evidence} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Facts>
        )}
      </PartList>
    </Section>
  )
}

/** Lines of other logs that concern the case, and why each is here. */
export function RelatedSection({
  caseId,
  related,
}: {
  readonly caseId: string
  readonly related: CasePage['related']
}) {
  if (related.total === 0) return null
  return (
    <Section id="related" title="Related log lines">
      <PartList caseId={caseId} path="related" part={related}>
        {(items) => (
          <Facts head={['When', 'What', 'Why it is here', 'Record']} minWidth={640}>
            {items.map((line) => (
              <Table.Tr key={line.evidence.ref + line.at}>
                <Table.Td>
                  <Time iso={line.at} seconds />
                </Table.Td>
                <Table.Td>
                  {shown(line.kind, 40)} <Hostile text={`${line.between}: ${line.text}`} />
                </Table.Td>
                <Table.Td>
                  <Hostile text={line.why} />
                </Table.Td>
                <Table.Td>
                  <EvidenceLink evidence={line.evidence} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Facts>
        )}
      </PartList>
    </Section>
  )
}
