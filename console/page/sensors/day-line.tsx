import { Text, useComputedColorScheme } from '@mantine/core'
import { timeText, useTimeZone } from '../../app/time.tsx'

const width = 480
const height = 44

/** How much came in each quarter of an hour of a day, as bars: a quarter without any is a hole. */
export function DayLine({
  recent,
}: {
  readonly recent: { readonly from: string; readonly seconds: number; readonly events: readonly number[] }
}) {
  const { zone } = useTimeZone()
  const scheme = useComputedColorScheme('light')
  const { from, seconds, events } = recent
  const most = Math.max(...events)
  const total = events.reduce((sum, count) => sum + count, 0)
  const empty = events.filter((count) => count === 0).length
  const step = width / events.length
  const until = new Date(Date.parse(from) + events.length * seconds * 1000).toISOString()
  const label = `${total.toLocaleString('en')} events between ${timeText(from, zone, false)} and ${timeText(until, zone, false)}, at most ${most.toLocaleString('en')} in 15 minutes; ${empty} of ${events.length} quarters without any`
  return (
    <div>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width="100%"
        height={height}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <title>{label}</title>
        <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} stroke="currentColor" strokeOpacity={0.35} />
        {events.map((count, k) => {
          const tall = count === 0 ? 0 : Math.max(1.5, (count / most) * (height - 4))
          const at = k * step
          return (
            <rect
              key={at}
              x={at}
              y={height - 1 - tall}
              width={step * 0.8}
              height={tall}
              fill={scheme === 'dark' ? '#38d9a9' : '#087f5b'}
            />
          )
        })}
      </svg>
      <Text size="xs" c="dimmed" className="time" style={{ whiteSpace: 'normal' }}>
        {`${timeText(from, zone, false)} to ${timeText(until, zone, false)}, at most ${most.toLocaleString('en')} in 15 min`}
      </Text>
    </div>
  )
}
