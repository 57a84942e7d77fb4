import { Table, Text } from '@mantine/core'
import type { ScanView } from '../../../src/server/contract.ts'
import { shown } from '../../part/text.tsx'
import { EvidenceLink } from './evidence-link.tsx'

interface Row {
  readonly name: string
  readonly count: number
  readonly nats: number
  readonly from: number
  readonly to: number
}

const mostLinks = 3

/**
 * How the score comes about: each term begins where the one before ended, against the threshold. It is a table, so that whoever does
 * not see the bars reads the same numbers.
 */
export function Waterfall({ scan }: { readonly scan: ScanView }) {
  const { score, steps } = scan
  const rows = running(score.terms)
  const low = Math.min(0, ...rows.map(({ to }) => to))
  const high = Math.max(score.total, score.threshold, ...rows.map(({ to }) => to)) * 1.04
  const place = (value: number) => (100 * (value - low)) / (high - low)
  const threshold = place(score.threshold)
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing={5} className="waterfall" captionSide="top">
        <Table.Caption>
          What spoke for a scan and what against, up to the decision. 2.3 nats are a factor of ten.
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Term</Table.Th>
            <Table.Th ta="right">Times</Table.Th>
            <Table.Th ta="right">Nats</Table.Th>
            <Table.Th className="bars">
              <span className="threshold-label" style={{ left: `${threshold}%` }}>
                threshold {score.threshold.toFixed(1)}
              </span>
            </Table.Th>
            <Table.Th>Records</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{shown(row.name, 60)}</Table.Td>
              <Table.Td ta="right">{row.count.toLocaleString('en')}</Table.Td>
              <Table.Td ta="right">{signed(row.nats)}</Table.Td>
              <Bar
                from={place(row.from)}
                to={place(row.to)}
                threshold={threshold}
                kind={row.nats < 0 ? 'against' : 'for'}
              />
              <Table.Td>
                <Records name={row.name} steps={steps} />
              </Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr className="total">
            <Table.Th scope="row">Score</Table.Th>
            <Table.Td />
            <Table.Td ta="right" fw={700}>
              {score.total.toFixed(1)}
            </Table.Td>
            <Bar from={place(0)} to={place(score.total)} threshold={threshold} kind="total" />
            <Table.Td>
              <Text size="xs" c="dimmed">
                {score.total >= score.threshold ? 'over the threshold' : 'below the threshold'}
              </Text>
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function running(terms: ScanView['score']['terms']): readonly Row[] {
  let at = 0
  return terms.map((term) => {
    const from = at
    at += term.nats
    return { ...term, from, to: at }
  })
}

function signed(nats: number): string {
  return `${nats < 0 ? '−' : '+'}${Math.abs(nats).toFixed(1)}`
}

function Bar({
  from,
  to,
  threshold,
  kind,
}: {
  readonly from: number
  readonly to: number
  readonly threshold: number
  readonly kind: string
}) {
  const left = Math.min(from, to)
  return (
    <Table.Td className="bars" aria-hidden="true">
      <span className={`bar ${kind}`} style={{ left: `${left}%`, width: `${Math.max(0.6, Math.abs(to - from))}%` }} />
      <span className="threshold" style={{ left: `${threshold}%` }} />
    </Table.Td>
  )
}

/** The records that brought a term, as far as they are kept. */
function Records({ name, steps }: { readonly name: string; readonly steps: ScanView['steps'] }) {
  const own = steps.filter(({ term }) => term === name)
  if (own.length === 0) return null
  return (
    <span className="evidence-row">
      {own.slice(0, mostLinks).map((step) => (
        <EvidenceLink
          key={step.evidence.ref}
          evidence={step.evidence}
          label={`@${step.evidence.offset.toLocaleString('en')}`}
        />
      ))}
      {own.length > mostLinks && (
        <Text span size="xs" c="dimmed">
          +{own.length - mostLinks} below
        </Text>
      )}
    </span>
  )
}
