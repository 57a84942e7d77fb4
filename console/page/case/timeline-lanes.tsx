import { type PointerEvent, useEffect, useRef } from 'react'
import { timeText, useTimeZone } from '../../app/time.tsx'
import { shown } from '../../part/text.tsx'
import { type Entry, lanes, marks, markText, moved, type Span, zoomed } from './timeline-view.ts'

const laneHeight = 34
const axisHeight = 22
const height = lanes.length * laneHeight + axisHeight

interface LanesProps {
  readonly entries: readonly Entry[]
  readonly span: Span
  readonly width: number
  readonly chosen: number | null
  readonly choose: (number: number) => void
  readonly setSpan: (span: Span) => void
}

/** The picture: one lane a kind, a bar or a dot an entry. */
export function TimelineLanes({ entries, span, width, chosen, choose, setSpan }: LanesProps) {
  const { zone } = useTimeZone()
  const picture = useZoomAndDrag(span, width, setSpan)
  const x = (time: number) => (width * (time - span.from)) / (span.to - span.from)
  const { at, step } = marks(span, Math.max(2, Math.floor(width / 110)))
  return (
    <svg ref={picture.ref} width={width} height={height} aria-hidden="true" {...picture.drag}>
      {at.map((time) => (
        <g key={time}>
          <line x1={x(time)} x2={x(time)} y1={0} y2={height - axisHeight} className="grid" />
          <text x={x(time)} y={height - 6} textAnchor="middle">
            {markText(zoneIso(time, zone), step)}
          </text>
        </g>
      ))}
      {lanes.map(({ from, title }, lane) => (
        <g key={from} transform={`translate(0 ${lane * laneHeight})`}>
          <line x1={0} x2={width} y1={laneHeight - 1} y2={laneHeight - 1} className="grid" />
          <text x={4} y={12} className="lane">
            {title}
          </text>
          {entries
            .filter((entry) => entry.from === from)
            .map((entry) => (
              <Mark
                key={entry.number}
                entry={entry}
                x={x}
                width={width}
                isChosen={entry.number === chosen}
                choose={choose}
              />
            ))}
        </g>
      ))}
    </svg>
  )
}

function Mark({
  entry,
  x,
  width,
  isChosen,
  choose,
}: {
  readonly entry: Entry
  readonly x: (time: number) => number
  readonly width: number
  readonly isChosen: boolean
  readonly choose: (number: number) => void
}) {
  const left = Math.max(-4, x(Date.parse(entry.at)))
  const right = Math.min(width + 4, x(Date.parse(entry.last)))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the table below is the way for the keyboard.
    <rect
      x={left - 3}
      y={17}
      width={Math.max(6, right - left + 6)}
      height={11}
      rx={3}
      className={`mark ${entry.from}${isChosen ? ' chosen' : ''}`}
      onClick={() => choose(entry.number)}
    >
      <title>{`${entry.at} ${shown(entry.text, 300)}`}</title>
    </rect>
  )
}

function zoneIso(time: number, zone: 'utc' | 'local'): string {
  const iso = new Date(time).toISOString()
  return `${timeText(iso, zone).replace(' ', 'T')}${iso.slice(19)}`
}

/** The wheel zooms while Ctrl is held (as a pinch does), so that the page can still be scrolled; dragging moves. */
function useZoomAndDrag(span: Span, width: number, setSpan: (span: Span) => void) {
  const ref = useRef<SVGSVGElement>(null)
  const grip = useRef<{ readonly x: number; readonly span: Span } | null>(null)
  useEffect(() => {
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return
      event.preventDefault()
      setSpan(zoomed(span, event.deltaY > 0 ? 1.25 : 0.8, event.offsetX / width))
    }
    const svg = ref.current
    svg?.addEventListener('wheel', wheel, { passive: false })
    return () => svg?.removeEventListener('wheel', wheel)
  }, [span, width, setSpan])
  const drag = {
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) grip.current = { x: event.clientX, span }
    },
    onPointerMove: (event: PointerEvent) => {
      if (grip.current === null || event.buttons === 0) return
      const by = (grip.current.x - event.clientX) / width
      if (Math.abs(by) > 0.005) setSpan(moved(grip.current.span, by))
    },
    onPointerUp: () => void (grip.current = null),
    onPointerLeave: () => void (grip.current = null),
  }
  return { ref, drag }
}
