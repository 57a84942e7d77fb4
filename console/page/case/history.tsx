import { Table } from '@mantine/core'
import type { CasePage } from '../../../src/server/contract.ts'
import { Time } from '../../app/time.tsx'
import { Hostile, shown } from '../../part/text.tsx'
import { Facts } from './facts-table.tsx'
import { PartList } from './part-list.tsx'
import { Section } from './section.tsx'

/** Everything that was done, the newest first. Nothing is ever changed or taken out of it. */
export function HistorySection({
  caseId,
  history,
}: {
  readonly caseId: string
  readonly history: CasePage['history']
}) {
  return (
    <Section id="history" title="History">
      <PartList caseId={caseId} path="history" part={history}>
        {(items) => (
          <Facts head={['When', 'Who', 'What']}>
            {items.map(({ seq, at, author, text }) => (
              <Table.Tr key={seq}>
                <Table.Td>
                  <Time iso={at} seconds />
                </Table.Td>
                <Table.Td>{shown(author, 100)}</Table.Td>
                <Table.Td>
                  <Hostile text={text} most={1000} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Facts>
        )}
      </PartList>
    </Section>
  )
}
