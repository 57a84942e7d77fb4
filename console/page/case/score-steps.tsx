import { Table, Text } from '@mantine/core'
import type { ScanView } from '../../../src/server/contract.ts'
import { Time } from '../../app/time.tsx'
import { shown } from '../../part/text.tsx'
import { EvidenceLink } from './evidence-link.tsx'

/** Each record that counted, in its order, with the score after it. */
export function ScoreSteps({ scan: { steps, stepsOmitted, score } }: { readonly scan: ScanView }) {
  if (steps.length === 0) return null
  return (
    <details className="fold">
      <summary>The {steps.length} records that decided, step by step</summary>
      {stepsOmitted > 0 && (
        <Text size="sm" c="dimmed">
          {stepsOmitted.toLocaleString('en')} earlier steps are not kept one by one; their sum is in the first score.
        </Text>
      )}
      <Table.ScrollContainer minWidth={480} maxHeight={420}>
        <Table verticalSpacing={3} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Time</Table.Th>
              <Table.Th>Term</Table.Th>
              <Table.Th ta="right">Added</Table.Th>
              <Table.Th ta="right">Score</Table.Th>
              <Table.Th>Record</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {steps.map((step) => (
              <Table.Tr key={`${step.total} ${step.term} ${step.evidence.ref}`}>
                <Table.Td>
                  <Time iso={step.at} seconds />
                </Table.Td>
                <Table.Td>{shown(step.term, 60)}</Table.Td>
                <Table.Td ta="right">{step.added.toFixed(2)}</Table.Td>
                <Table.Td ta="right">
                  {step.total.toFixed(2)}
                  {step.total >= score.threshold ? ' ≥ threshold' : ''}
                </Table.Td>
                <Table.Td>
                  <EvidenceLink evidence={step.evidence} label={`@${step.evidence.offset.toLocaleString('en')}`} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  )
}
