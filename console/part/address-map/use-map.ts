import { useMemo } from 'react'
import type { MapView } from '../../../src/server/contract.ts'
import { addressRaster } from './address-raster.ts'
import { addressText } from './block.ts'
import { asked, blockChoices } from './block-choice.ts'
import type { ColourBy, Scheme } from './colours.ts'
import { addressPicture, portAxes, portPicture } from './pictures.ts'
import type { Touches } from './touches.ts'
import type { ViewState } from './view-state.ts'

/** What a view draws; each piece is made anew only when what it is made of changes. */
export function useMap(
  touches: Touches,
  view: MapView,
  state: ViewState & { readonly colour: ColourBy },
  scheme: Scheme,
) {
  const named = view.blocks.join(' ')
  const choices = useMemo(() => blockChoices(touches, named.split(' ')), [touches, named])
  const current = useMemo(
    () => asked(touches, state.block) ?? choices[0] ?? asked(touches, addressText(touches.address)),
    [touches, state.block, choices],
  )
  const block = current?.block
  const isPorts = state.view === 'ports'
  const axes = useMemo(
    () => (isPorts && block ? portAxes(touches, block, state.across, state.scale) : undefined),
    [isPorts, touches, block, state.across, state.scale],
  )
  const map = useMemo(() => (isPorts || !block ? undefined : addressRaster(touches, block)), [isPorts, touches, block])
  const look = useMemo(() => ({ colour: state.colour, scheme, pace: state.pace }), [state.colour, scheme, state.pace])
  const picture = useMemo(() => {
    if (axes) return portPicture(touches, axes, look)
    return map && block ? addressPicture(touches, block, map, look) : undefined
  }, [touches, axes, map, block, look])
  return { choices, current, axes, picture, raster: axes?.raster ?? map }
}
