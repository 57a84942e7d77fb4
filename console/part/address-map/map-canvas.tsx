import { Text } from '@mantine/core'
import { type CSSProperties, useEffect, useRef, useState } from 'react'
import type { Camera } from './camera.ts'
import { bindPointers, mapKey } from './map-gestures.ts'
import { MapViewer, type Picture } from './map-viewer.ts'
import type { Replay } from './replay.ts'

export interface MapCanvasProps {
  readonly picture: Picture
  readonly replay: Replay
  readonly label: string
  /** Width by height. */
  readonly aspect: number
  /** Where to look when the picture is new. */
  readonly camera: Camera | undefined
  readonly onCamera: (camera: Camera) => void
  readonly onOpen: (x: number, y: number) => void
  readonly onWider: () => void
  /** What is at a cell, in one line. */
  readonly tell: (x: number, y: number) => string
  readonly takesWheel: boolean
  readonly ready: (viewer: MapViewer) => void
}

const hint = 'Arrows move the cursor, + and − zoom, Enter opens a block, Space replays.'

/** The picture, its cursor, and what is under it. */
export function MapCanvas(props: MapCanvasProps) {
  const { picture, replay, label, aspect, camera, takesWheel } = props
  const frame = useRef<HTMLDivElement>(null)
  const cells = useRef<HTMLCanvasElement>(null)
  const over = useRef<HTMLCanvasElement>(null)
  const viewer = useRef<MapViewer>(undefined)
  const latest = useRef(props)
  latest.current = props
  const [cursor, setCursor] = useState<{ readonly x: number; readonly y: number }>()

  useEffect(() => {
    const element = frame.current as HTMLDivElement
    const made = new MapViewer(cells.current as HTMLCanvasElement, over.current as HTMLCanvasElement, {
      cursor: setCursor,
      camera: (moved) => latest.current.onCamera(moved),
    })
    viewer.current = made
    latest.current.ready(made)
    const sized = () => made.resize(element.clientWidth, element.clientHeight, window.devicePixelRatio)
    sized()
    const observer = new ResizeObserver(sized)
    observer.observe(element)
    const unbind = bindPointers(element, made, actsOf(latest), takesWheel)
    const leave = replay.subscribe(() => made.seek(replay.position))
    return () => {
      observer.disconnect()
      unbind()
      leave()
      made.stop()
    }
  }, [replay, takesWheel])

  // A new picture is looked at as the view says; a camera that moved afterwards is the viewer's own.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera is only the beginning
  useEffect(() => {
    viewer.current?.seek(replay.position)
    viewer.current?.show(picture, camera)
  }, [picture, replay])

  return (
    <div>
      <div
        ref={frame}
        className="map-frame"
        style={{ '--aspect': aspect, aspectRatio: aspect, touchAction: takesWheel ? 'none' : 'pan-y' } as CSSProperties}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive (WAI-ARIA 1.2)
        tabIndex={0}
        role="application"
        aria-label={`${label}. ${hint}`}
        data-map
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return
          if (viewer.current && mapKey(event, viewer.current, actsOf(latest))) event.preventDefault()
        }}
      >
        <canvas ref={cells} />
        <canvas ref={over} />
      </div>
      <Text size="sm" className="map-told" role="status" data-told>
        {cursor ? props.tell(cursor.x, cursor.y) : <span className="map-hint">{hint}</span>}
      </Text>
    </div>
  )
}

function actsOf(latest: { readonly current: MapCanvasProps }) {
  return {
    open: (x: number, y: number) => latest.current.onOpen(x, y),
    wider: () => latest.current.onWider(),
    play: () => latest.current.replay.toggle(),
  }
}
