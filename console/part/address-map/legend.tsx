import { Text } from '@mantine/core'
import { shown } from '../text.tsx'
import {
  type ColourBy,
  emptyColour,
  namedSources,
  orderColour,
  outcomeColour,
  type Scheme,
  sourceColour,
} from './colours.ts'
import type { Raster } from './raster.ts'
import { outcomeNames, type Touches } from './touches.ts'

/** What the colours mean. */
export function Legend({
  by,
  scheme,
  touches,
  raster,
}: {
  readonly by: ColourBy
  readonly scheme: Scheme
  readonly touches: Touches
  readonly raster: Raster
}) {
  return (
    <ul className="map-legend" aria-label="Colours">
      {by === 'order' && <Ramp />}
      {by === 'outcome' &&
        [...new Set(raster.outcome.subarray(0, raster.count))]
          .sort()
          .map((each) => <Swatch key={each} colour={outcomeColour(scheme, each)} text={outcomeNames[each] ?? ''} />)}
      {by === 'source' && <Sources scheme={scheme} touches={touches} />}
      <Swatch colour={emptyColour[scheme]} text="not touched" />
    </ul>
  )
}

function Ramp() {
  const stops = Array.from({ length: 17 }, (_, i) => orderColour(i / 16))
  return (
    <li>
      first <span className="map-ramp" style={{ background: `linear-gradient(90deg, ${stops.join(', ')})` }} /> last
    </li>
  )
}

function Sources({ scheme, touches }: { readonly scheme: Scheme; readonly touches: Touches }) {
  const more = touches.sources.length - namedSources
  return (
    <>
      {touches.sources.slice(0, namedSources).map((source, i) => (
        <Swatch key={source} colour={sourceColour(scheme, i)} text={shown(source, 60)} />
      ))}
      {more > 0 && (
        <li>
          <Text span size="xs" c="dimmed">
            and {more.toLocaleString('en')} more, a colour each
          </Text>
        </li>
      )}
    </>
  )
}

function Swatch({ colour, text }: { readonly colour: string; readonly text: string }) {
  return (
    <li>
      <span className="map-swatch" style={{ background: colour }} />
      {text}
    </li>
  )
}
