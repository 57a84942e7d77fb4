import { statSync } from 'node:fs'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { isoTime } from '../../base/time.ts'
import type { Config } from '../../config/schema.ts'
import { Formats } from '../../format/formats.ts'
import { clockWarning } from '../../pipeline/clock-report.ts'
import { keptSensors } from '../../pipeline/kept-sensors.ts'
import { liveStatePath } from '../../pipeline/live-state.ts'
import type { SensorReport } from '../../pipeline/sensor-report.ts'

/** What the service knew of its sensors when it last kept its state. The state may be hundreds of megabytes. */
export interface SensorsTask {
  readonly kind: 'sensors'
  readonly directory: string
  readonly formats: Config['formats']
}

export interface SensorsAnswer {
  /** When the state was kept, ISO 8601; null where no service has kept one yet. */
  readonly kept: string | null
  readonly sensors: readonly (Omit<SensorReport, 'type' | 'clocks'> & {
    /** What is wrong with its clock, as sentences. */
    readonly clock: readonly string[]
  })[]
}

export function sensorsText({ directory, formats }: SensorsTask): readonly string[] {
  let reports: SensorReport[]
  try {
    reports = keptSensors(directory, now(), new Formats(formats))
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'no-state') throw error
    return [JSON.stringify({ kept: null, sensors: [] } satisfies SensorsAnswer)]
  }
  const answer: SensorsAnswer = {
    kept: isoTime(statSync(liveStatePath(directory)).mtimeMs * 1000),
    sensors: reports.map(({ type: _, clocks, ...rest }) => ({
      ...rest,
      clock: clocks.flatMap((clock) => clockWarning(clock) ?? []),
    })),
  }
  return [JSON.stringify(answer)]
}
