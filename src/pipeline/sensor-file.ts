import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../base/problem.ts'
import { replaceFile } from '../base/replace-file.ts'
import { isoTime } from '../base/time.ts'
import type { Formats } from '../format/formats.ts'
import { sensorsOf } from './kept-sensors.ts'
import type { SensorReport } from './sensor-report.ts'
import type { WatchState } from './watch.ts'

/** What a service knew of its sensors when it last kept its state, apart from that state, which is large and slow to read. */
export interface KeptSensors {
  /** ISO 8601. */
  readonly kept: string
  readonly sensors: readonly SensorReport[]
}

const fileName = 'sensors.json'

/** @param now microseconds @throws Problem `unwritable-state` */
export async function keepSensors(directory: string, state: WatchState, now: number, formats: Formats): Promise<void> {
  const kept: KeptSensors = { kept: isoTime(now), sensors: sensorsOf(state, now, formats) }
  const path = join(directory, fileName)
  try {
    await replaceFile(path, JSON.stringify(kept), 0o600)
  } catch (cause) {
    throw new Problem('unwritable-state', `${path} cannot be written`, { cause })
  }
}

/** Undefined where no service has kept any yet. @throws Problem `damaged-state` */
export async function readSensors(directory: string): Promise<KeptSensors | undefined> {
  const path = join(directory, fileName)
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptSensors
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Problem('damaged-state', `${path} cannot be read`, {
      hint: 'It is written anew while the service runs.',
      cause,
    })
  }
}
