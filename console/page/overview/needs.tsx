import { Anchor, Paper, SimpleGrid, Text } from '@mantine/core'
import { Link } from 'wouter'
import type { Overview } from '../../../src/server/contract.ts'
import { Hostile } from '../../part/text.tsx'

type Now = Overview['now']

interface Need {
  readonly label: string
  readonly count: number
  readonly href: string
  readonly detail: string
}

function needsOf({ unassigned, escalated, open, waiting, contradicted, blind, engine }: Now): readonly Need[] {
  const [first] = contradicted
  return [
    {
      label: 'Escalated, nobody on it',
      count: unassigned,
      href: '/cases?status=open&escalated=true&owner=-',
      detail: `${escalated} escalated in all`,
    },
    {
      label: 'Plans that wait for approval',
      count: waiting.length,
      href: waiting[0] === undefined ? '/cases?status=open&escalated=true' : `/cases/${waiting[0].caseId}`,
      detail: waiting.length === 0 ? 'none waits' : 'opens the case of the newest',
    },
    {
      label: 'Blocks that let through',
      count: contradicted.length,
      href: first === undefined ? '/cases' : `/cases/${first.caseId}`,
      detail: first === undefined ? 'none contradicted' : `plan ${first.plan}`,
    },
    {
      label: 'Sensors that cannot see',
      count: blind.length,
      href: '/sensors',
      detail: engine.state === 'running' ? 'the engine runs' : `the engine does not run: ${engine.why ?? ''}`,
    },
    { label: 'Open cases', count: open, href: '/cases?status=open&above=true', detail: 'without background noise' },
  ]
}

/** What somebody has to look at, each a link to what it counts. */
export function Needs({ now }: { readonly now: Now }) {
  return (
    <section aria-label="What needs a person now">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm">
        {needsOf(now).map(({ label, count, href, detail }) => (
          <Paper key={label} withBorder p="sm">
            <Anchor component={Link} href={href} c="inherit" underline="hover">
              <Text size="sm">{label}</Text>
              <Text fz={28} fw={600} className="time" lh={1.3}>
                {count.toLocaleString('en')}
              </Text>
            </Anchor>
            <Text size="xs" c="dimmed" lineClamp={2}>
              <Hostile text={detail} most={200} />
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
    </section>
  )
}
