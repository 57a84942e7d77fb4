import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconZoomIn, IconZoomOut } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import type { TimelineView } from '../../../src/server/contract.ts'
import { get } from '../../app/api.ts'
import { Loaded } from '../../part/state.tsx'
import { Section } from './section.tsx'
import { TimelineLanes } from './timeline-lanes.tsx'
import { TimelineList } from './timeline-list.tsx'
import { type Entry, lanes, moved, type Span, spanOf, zoomed } from './timeline-view.ts'

/** Everything in one order, in lanes beside each other so that what overlaps is seen; zoomed with keys, wheel and buttons. */
export function TimelineSection({ caseId }: { readonly caseId: string }) {
  const query = useQuery({
    queryKey: ['cases', 'one', caseId, 'timeline'],
    queryFn: ({ signal }) => get<TimelineView>(`/api/cases/${caseId}/timeline`, undefined, signal),
  })
  return (
    <Section id="timeline" title="Timeline">
      <Loaded query={query} height={320}>
        {(timeline) => <Timeline timeline={timeline} />}
      </Loaded>
    </Section>
  )
}

function Timeline({ timeline: { items, total } }: { readonly timeline: TimelineView }) {
  const { ref, width } = useElementSize()
  const network = items.filter(({ from }) => from !== 'case' && from !== 'plan')
  const [span, setSpan] = useState<Span | null>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  const now = span ?? spanOf(network.length > 0 ? network : items)
  const shown = items.filter(({ at, last }) => Date.parse(last) >= now.from && Date.parse(at) <= now.to)
  const act = (key: string) => {
    const next = spanAfter(key, now, items)
    if (next !== undefined) setSpan(next)
    return next !== undefined
  }
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !act(event.key)) return
    event.preventDefault()
    event.stopPropagation()
  }
  if (items.length === 0) return <Text c="dimmed">Nothing has happened yet.</Text>
  return (
    <>
      <Group gap="xs" mb="xs">
        <ActionIcon variant="default" aria-label="Zoom in" title="Zoom in (+)" onClick={() => act('+')}>
          <IconZoomIn size={16} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label="Zoom out" title="Zoom out (-)" onClick={() => act('-')}>
          <IconZoomOut size={16} />
        </ActionIcon>
        <Button size="compact-sm" variant="default" onClick={() => act('0')}>
          Activity
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => act('Home')}>
          All
        </Button>
        <Text size="xs" c="dimmed">
          + and − zoom, arrows move, when the picture is focused; the wheel with Ctrl zooms, dragging moves.
        </Text>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: zoomed and moved with keys; the table below tells the same. */}
      <div ref={ref} className="timeline" tabIndex={0} role="img" onKeyDown={press} aria-label={aboutText(shown)}>
        {width > 0 && (
          <TimelineLanes
            entries={shown}
            span={now}
            width={width}
            chosen={chosen}
            choose={setChosen}
            setSpan={setSpan}
          />
        )}
      </div>
      <TimelineList entries={shown} total={total} chosen={chosen} />
    </>
  )
}

/** What a key makes of the stretch that is shown; undefined for one that does nothing here, null for the activity alone. */
function spanAfter(key: string, now: Span, items: readonly Entry[]): Span | null | undefined {
  if (key === '+' || key === '=') return zoomed(now, 0.5)
  if (key === '-') return zoomed(now, 2)
  if (key === 'ArrowLeft') return moved(now, -0.2)
  if (key === 'ArrowRight') return moved(now, 0.2)
  if (key === 'Home') return spanOf(items)
  return key === '0' ? null : undefined
}

function aboutText(entries: readonly Entry[]): string {
  const counts = lanes.map(({ from, title }) => `${title}: ${entries.filter((entry) => entry.from === from).length}`)
  return `Timeline. ${counts.join('; ')}. The table below has the entries.`
}
