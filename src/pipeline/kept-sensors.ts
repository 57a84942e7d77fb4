import { parsePrefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import type { Formats } from '../format/formats.ts'
import { ClockSkew } from '../track/clock-skew.ts'
import { clockDifferences } from './clock-report.ts'
import { loadLive } from './live-state.ts'
import { withDay } from './sensor-meter.ts'
import { type SensorReport, sensorReports } from './sensor-report.ts'
import type { WatchState } from './watch.ts'

/** What a running or stopped service knew of its sensors when it kept its state last. @param now microseconds @param formats that the service reads */
export function keptSensors(directory: string, now: number, formats: Formats): SensorReport[] {
  const state = loadLive(directory) as WatchState | undefined
  if (!state) {
    throw new Problem('no-state', `${directory}: no service has kept its state here`, {
      hint: 'Give the directory that `sweepwatch watch --state` was given.',
    })
  }
  return sensorsOf(state, now, formats)
}

/** What a service knows of its sensors. @param now microseconds */
export function sensorsOf(state: WatchState, now: number, formats: Formats): SensorReport[] {
  const skew = new ClockSkew()
  skew.resume(state.intake.tracker.contacts.skew)
  const inputs = state.names.map((name) => {
    const counts = state.channels.find((channel) => channel.name === name)?.counts
    const { events = 0, ignored = 0, malformed = 0, truncated = 0, lost = 0 } = counts ?? {}
    return { name, events, ignored, malformed, truncated, lost: lost + (state.lost.get(name) ?? 0) }
  })
  return sensorReports({
    meters: state.meters.map(withDay),
    inputs,
    clocks: clockDifferences(skew.measured(), state.names),
    formats,
    deviceName: (id) => state.rules[id] ?? '',
    ownKnown: state.intake.detector.own.blocks.some((block) => parsePrefix(block) !== undefined),
    newest: now,
  })
}
