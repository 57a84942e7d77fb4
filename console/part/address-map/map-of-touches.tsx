import { Anchor, Group, Text } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { MapView } from '../../../src/server/contract.ts'
import { useTimeZone } from '../../app/time.tsx'
import { type Block, blockText } from './block.ts'
import { narrower, wider } from './block-choice.ts'
import type { Camera } from './camera.ts'
import type { Scheme } from './colours.ts'
import { MapInWords } from './in-words.tsx'
import { LeftOut } from './left-out.tsx'
import { Legend } from './legend.tsx'
import { MapCanvas } from './map-canvas.tsx'
import { MapControls } from './map-controls.tsx'
import type { MapViewer } from './map-viewer.ts'
import { momentAt } from './pictures.ts'
import { slotsUntil } from './raster.ts'
import { Replay } from './replay.ts'
import { ReplayBar } from './replay-bar.tsx'
import { momentText, pieceAt, tellAddress, tellPort, unitOf } from './tell.ts'
import type { Touches } from './touches.ts'
import { useLater } from './use-later.ts'
import { useMap } from './use-map.ts'
import { useViewState } from './view-state.ts'

const number = (value: number) => value.toLocaleString('en')

/** The map, once its touches are there. */
export function MapOfTouches({
  caseId,
  view,
  touches,
  scheme,
  isPage,
}: {
  readonly caseId: string
  readonly view: MapView
  readonly touches: Touches
  readonly scheme: Scheme
  readonly isPage: boolean
}) {
  const [chosen, change] = useViewState(isPage)
  const colour = chosen.colour || (view.scans[0]?.distributed ? 'source' : 'order')
  const state = { ...chosen, colour } as const
  const { zone } = useTimeZone()
  const [replay] = useState(() => new Replay(state.at))
  useEffect(() => replay.pause, [replay])
  const viewer = useRef<MapViewer>(undefined)
  const { choices, current, axes, picture, raster } = useMap(touches, view, state, scheme)
  const later = useLater(change)
  const onRest = useCallback((at: number) => later({ at }), [later])
  const textAt = useCallback(
    (position: number) => {
      const moment = momentAt(touches, state.pace, position)
      const touched = raster ? slotsUntil(raster, touches, moment) : 0
      const at = Math.max(moment, touches.at[0] ?? 0)
      return `${momentText(at, zone)} · ${number(touched)} of ${number(raster?.count ?? 0)} cells touched`
    },
    [touches, state.pace, raster, zone],
  )
  if (!picture || !raster || !current) return null
  const { block, text } = current
  const around = state.view === 'ports' ? undefined : wider(block)
  const go = (next: Block) => change({ block: blockText(next), zoom: 1, x: 0, y: 0 })
  const label = axes ? `Ports of ${text} over ${state.across === 'time' ? 'time' : 'addresses'}` : `Map of ${text}`
  const extent = axes
    ? ''
    : `: ${number(raster.count)} of ${number(raster.width * raster.height)} ${unitOf(block)} touched`
  return (
    <div className="address-map" data-shown={text}>
      <MapControls
        state={state}
        change={change}
        choices={choices}
        current={current}
        viewer={viewer}
        onWider={around && (() => go(around))}
      />
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={600} data-title>
          {label + extent}
        </Text>
        {!isPage && (
          <Anchor component={Link} href={`/cases/${caseId}/map`} size="sm">
            Full size
          </Anchor>
        )}
      </Group>
      <MapCanvas
        picture={picture}
        replay={replay}
        label={label}
        aspect={axes ? 1.6 : raster.width / raster.height}
        camera={state.zoom > 1 ? { zoom: state.zoom, x: state.x, y: state.y } : undefined}
        onCamera={({ zoom, x, y }: Camera) => later(zoom > 1 ? { zoom, x, y } : { zoom: 1, x: 0, y: 0 })}
        onOpen={(x, y) => {
          const next = axes ? undefined : narrower(block, pieceAt(block, x, y))
          if (next) go(next)
          else viewer.current?.zoom(4, { x: x + 0.5, y: y + 0.5 })
        }}
        onWider={() => around && go(around)}
        tell={(x, y) => (axes ? tellPort(touches, axes, zone, x, y) : tellAddress(touches, raster, block, zone, x, y))}
        takesWheel={isPage}
        ready={(made) => {
          viewer.current = made
        }}
      />
      <Legend by={state.colour} scheme={scheme} touches={touches} raster={raster} />
      <ReplayBar
        replay={replay}
        pace={state.pace}
        textAt={textAt}
        onPace={(pace) => change({ pace })}
        onRest={onRest}
      />
      <LeftOut view={view} />
      <MapInWords view={view} touches={touches} />
    </div>
  )
}
