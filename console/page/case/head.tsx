import { Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { CasePage } from '../../../src/server/contract.ts'
import { agoText } from '../../app/time.tsx'
import { DecisionPill, SeverityPill } from '../../part/pill.tsx'
import { Address, Hostile, shown } from '../../part/text.tsx'

/** What the reader must know who reads nothing else. */
export function CaseHead({ page, people }: { readonly page: CasePage; readonly people: ReactNode }) {
  const { head, decision } = page
  return (
    <Stack gap="sm" className="case-head">
      <Group gap="xs" wrap="wrap">
        <SeverityPill severity={head.severity} />
        <DecisionPill decision={decision?.kind ?? null} />
        <Text size="sm">
          <Hostile text={head.statusText} />
        </Text>
        <Text size="sm" c="dimmed" ff="monospace">
          {head.id}
        </Text>
        {people}
      </Group>
      <p className={`verdict ${decision?.kind ?? 'none'}`}>
        <Hostile text={head.verdict} />
      </p>
      {head.mergedInto !== null && (
        <Text size="sm">
          Its scans are in case <Link href={`/cases/${head.mergedInto}`}>{head.mergedInto}</Link>: work on that one.
        </Text>
      )}
      <dl className="facts">
        <Fact name="Owner">{head.owner === null ? 'nobody' : <Hostile text={head.owner} />}</Fact>
        <Fact name="Age">
          opened <time title={head.opened}>{agoText(head.opened)}</time>
        </Fact>
        <Fact name="When">{head.when}</Fact>
        <Fact name={head.sources.total === 1 ? 'Source' : 'Sources'}>
          {head.sources.items.slice(0, 4).map((source) => (
            <span key={source}>
              <Address address={source} />{' '}
            </span>
          ))}
          {head.sources.total > 4 && `and ${(head.sources.total - 4).toLocaleString('en')} more`}
        </Fact>
        <Fact name="Extent">{shown(head.amount)}</Fact>
        {head.times !== '' && <Fact name="How long it took">{head.times}</Fact>}
      </dl>
    </Stack>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
