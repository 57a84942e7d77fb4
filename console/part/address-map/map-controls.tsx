import { ActionIcon, Group, NativeSelect, SegmentedControl } from '@mantine/core'
import { IconArrowUp, IconMinus, IconPlus, IconZoomReset } from '@tabler/icons-react'
import type { BlockChoice } from './block-choice.ts'
import type { MapViewer } from './map-viewer.ts'
import type { ChangeView, ViewState } from './view-state.ts'

/** What is drawn, in which colours, and how near. */
export function MapControls({
  state,
  change,
  choices,
  current,
  viewer,
  onWider,
}: {
  readonly state: ViewState
  readonly change: ChangeView
  readonly choices: readonly BlockChoice[]
  readonly current: BlockChoice
  readonly viewer: { readonly current: MapViewer | undefined }
  readonly onWider: (() => void) | undefined
}) {
  const all = choices.some(({ text }) => text === current.text) ? choices : [current, ...choices]
  return (
    <Group gap="xs" mb="xs" align="center">
      <SegmentedControl
        size="xs"
        aria-label="View"
        value={state.view}
        onChange={(view) => change({ view: view as ViewState['view'], zoom: 1, x: 0, y: 0 })}
        data={[
          { value: 'addresses', label: 'Addresses' },
          { value: 'ports', label: 'Ports' },
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label="Block"
        value={current.text}
        onChange={({ currentTarget }) => change({ block: currentTarget.value, zoom: 1, x: 0, y: 0 })}
        data={all.map(({ text, touches }) => ({ value: text, label: `${text} (${touches.toLocaleString('en')})` }))}
      />
      <NativeSelect
        size="xs"
        aria-label="Colour by"
        value={state.colour}
        onChange={({ currentTarget }) => change({ colour: currentTarget.value as ViewState['colour'] })}
        data={[
          { value: 'order', label: 'Order of first touch' },
          { value: 'outcome', label: 'Outcome' },
          { value: 'source', label: 'Source' },
        ]}
      />
      {state.view === 'ports' && <PortAxesControls state={state} change={change} />}
      <Group gap={4}>
        <Tool label="Zoom in" icon={IconPlus} act={() => viewer.current?.zoom(2)} />
        <Tool label="Zoom out" icon={IconMinus} act={() => viewer.current?.zoom(0.5)} />
        <Tool label="Whole block" icon={IconZoomReset} act={() => viewer.current?.fit()} />
        {state.view === 'addresses' && <Tool label="The block around" icon={IconArrowUp} act={onWider} />}
      </Group>
    </Group>
  )
}

function PortAxesControls({ state, change }: { readonly state: ViewState; readonly change: ChangeView }) {
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="Across"
        value={state.across}
        onChange={({ currentTarget }) => change({ across: currentTarget.value as ViewState['across'], zoom: 1 })}
        data={[
          { value: 'time', label: 'Time across' },
          { value: 'address', label: 'Addresses across' },
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label="Port axis"
        value={state.scale}
        onChange={({ currentTarget }) => change({ scale: currentTarget.value as ViewState['scale'], zoom: 1 })}
        data={[
          { value: 'ranked', label: 'Touched ports' },
          { value: 'log', label: 'All ports, logarithmic' },
        ]}
      />
    </>
  )
}

function Tool({
  label,
  icon: Icon,
  act,
}: {
  readonly label: string
  readonly icon: typeof IconPlus
  readonly act: (() => void) | undefined
}) {
  return (
    <ActionIcon variant="default" size={30} aria-label={label} title={label} disabled={act === undefined} onClick={act}>
      <Icon size={16} />
    </ActionIcon>
  )
}
