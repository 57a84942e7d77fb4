import { Table, Text } from '@mantine/core'
import type { CasePage } from '../../../src/server/contract.ts'
import { Pill, SeverityPill } from '../../part/pill.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { Facts } from './facts-table.tsx'
import { PartList } from './part-list.tsx'
import { Section } from './section.tsx'
import { Sentences } from './sentences.tsx'

/** Our systems that were touched, suspects first. */
export function HostsSection({ caseId, hosts }: { readonly caseId: string; readonly hosts: CasePage['hosts'] }) {
  if (hosts.total === 0) return null
  const about = `${hosts.suspect} suspect, ${hosts.unknown} unknown, ${hosts.clean} clean.`
  return (
    <Section id="hosts" title="Touched hosts" about={about}>
      <PartList caseId={caseId} path="hosts" part={hosts}>
        {(items) => (
          <Facts head={['State', 'Host', 'What answered', 'Why']} minWidth={640}>
            {items.map((host) => (
              <Table.Tr key={host.address}>
                <Table.Td>
                  <Pill kind={host.state}>{host.state}</Pill>
                </Table.Td>
                <Table.Td>
                  <Hostile text={host.name} most={300} />
                  {host.owner && (
                    <Text size="xs" c="dimmed">
                      owner <Hostile text={host.owner} most={200} />
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Hostile text={host.services} most={600} />
                </Table.Td>
                <Table.Td>
                  <Sentences texts={host.because} most={3} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Facts>
        )}
      </PartList>
      {hosts.omitted > 0 && (
        <Text size="sm" c="dimmed">
          {hosts.omitted.toLocaleString('en')} more hosts were touched.
        </Text>
      )}
    </Section>
  )
}

/** What the scan learned that must be patched, first things first. */
export function WeaknessesSection({
  caseId,
  weaknesses,
}: {
  readonly caseId: string
  readonly weaknesses: CasePage['weaknesses']
}) {
  if (weaknesses.total === 0) return null
  return (
    <Section id="weaknesses" title="What to patch first">
      <PartList caseId={caseId} path="weaknesses" part={weaknesses}>
        {(items) => (
          <Facts head={['Rank', 'Severity', 'Weakness', 'Why here']} minWidth={640}>
            {items.map((weakness, index) => (
              <Table.Tr key={weakness.text}>
                <Table.Td>{index + 1}</Table.Td>
                <Table.Td>
                  {weakness.severity === null ? 'not told' : <SeverityPill severity={weakness.severity} />}
                </Table.Td>
                <Table.Td>
                  <Hostile text={weakness.text} />
                  <Text size="xs" c="dimmed">
                    reported in {shown(weakness.source, 200)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Sentences texts={weakness.because} most={4} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Facts>
        )}
      </PartList>
    </Section>
  )
}
