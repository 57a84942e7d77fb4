import { ActionIcon, Group, NativeSelect, Text } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { type Pace, type Replay, speeds } from './replay.ts'

/** Play, a slider over the scan's time, speed and pace. It never plays by itself. */
export function ReplayBar({
  replay,
  pace,
  textAt,
  onPace,
  onRest,
}: {
  readonly replay: Replay
  readonly pace: Pace
  /** The moment at a place, and how much was touched by then. */
  readonly textAt: (position: number) => string
  readonly onPace: (pace: Pace) => void
  /** The replay came to rest at a place. */
  readonly onRest: (position: number) => void
}) {
  const isPlaying = useSyncExternalStore(replay.subscribe, () => replay.isPlaying)
  const speed = useSyncExternalStore(replay.subscribe, () => replay.speed)
  const slider = useRef<HTMLInputElement>(null)
  const words = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    const follow = () => {
      const text = textAt(replay.position)
      if (slider.current) {
        slider.current.value = String(Math.round(replay.position * 1000))
        slider.current.setAttribute('aria-valuetext', text)
      }
      if (words.current) words.current.textContent = text
    }
    follow()
    return replay.subscribe(follow)
  }, [replay, textAt])
  useEffect(() => {
    if (!isPlaying) onRest(replay.position)
  }, [isPlaying, replay, onRest])
  return (
    <div>
      <Group gap="xs" wrap="nowrap" align="center">
        <ActionIcon
          variant="default"
          size={34}
          aria-label={isPlaying ? 'Pause the replay' : 'Play the replay'}
          onClick={() => replay.toggle()}
        >
          {isPlaying ? <IconPlayerPause size={18} /> : <IconPlayerPlay size={18} />}
        </ActionIcon>
        <input
          ref={slider}
          className="map-slider"
          type="range"
          min={0}
          max={1000}
          step={5}
          defaultValue={Math.round(replay.position * 1000)}
          aria-label="Moment of the scan"
          onChange={({ currentTarget }) => {
            replay.seek(Number(currentTarget.value) / 1000)
            onRest(replay.position)
          }}
          onKeyDown={(event) => {
            if (event.key !== ' ') return
            event.preventDefault()
            replay.toggle()
          }}
        />
        <NativeSelect
          aria-label="Speed"
          size="xs"
          w={76}
          data={speeds.map((each) => ({ value: String(each), label: `${each}×` }))}
          value={String(speed)}
          onChange={({ currentTarget }) => replay.setSpeed(Number(currentTarget.value))}
        />
        <NativeSelect
          aria-label="Pace"
          size="xs"
          w={104}
          data={[
            { value: 'time', label: 'by time' },
            { value: 'touch', label: 'by touch' },
          ]}
          value={pace}
          onChange={({ currentTarget }) => onPace(currentTarget.value as Pace)}
        />
      </Group>
      <Text ref={words} size="xs" c="dimmed" className="map-moment" />
    </div>
  )
}
