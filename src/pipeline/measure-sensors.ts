import { now } from '../base/clock.ts'
import { inferOwnNetworks, type OwnNetworks } from '../detect/network/own-networks.ts'
import { EventBatch } from '../event/batch.ts'
import { Dictionary } from '../event/dictionary.ts'
import { builtInFormats, type Formats } from '../format/formats.ts'
import { openInputs } from '../source/inputs.ts'
import type { Input } from '../source/source.ts'
import { Tracker } from '../track/tracker.ts'
import { clockDifferences } from './clock-report.ts'
import { decodeInput } from './decode.ts'
import { ownNetworks } from './own-networks.ts'
import { SensorMeters } from './sensor-meter.ts'
import { type InputCounts, type SensorReport, sensorReports } from './sensor-report.ts'

export interface MeasureOptions {
  readonly paths: readonly string[]
  readonly net?: readonly string[]
  readonly format?: string
  readonly formats?: Formats
  readonly warn: (text: string) => void
}

/** Reads inputs and says what each sensor in them delivers and cannot see. */
export async function measureSensors(options: MeasureOptions): Promise<SensorReport[]> {
  const inputs = openInputs(options.paths)
  const tracker = new Tracker()
  tracker.severalSensors = true
  let own: OwnNetworks | undefined = ownNetworks(options.net)
  const meters = new SensorMeters(() => own)
  const rules = new Dictionary()
  const isAgain = own === undefined && inputs.every(({ size }) => size !== undefined)
  const counts = await readAll(inputs, options, rules, (batch) => {
    if (!isAgain) meters.observe(batch)
    for (let from = tracker.observe(batch); from < batch.length; from = tracker.observe(batch, from)) {
      tracker.rollOver(tracker.newest)
    }
  })
  if (isAgain) {
    own = inferOwnNetworks(tracker.journal)
    await readAll(inputs, { ...options, warn: () => {} }, rules, (batch) => meters.observe(batch))
  }
  const names = counts.map(({ name }) => name)
  return sensorReports({
    meters: meters.all,
    inputs: counts,
    clocks: clockDifferences(tracker.skew.measured(), names),
    formats: options.formats ?? builtInFormats,
    deviceName: (id) => rules.text(id),
    ownKnown: own !== undefined && own.from !== 'unknown',
    newest: tracker.newest,
  })
}

async function readAll(
  inputs: readonly Input[],
  { format, formats, warn }: MeasureOptions,
  rules: Dictionary,
  consume: (batch: EventBatch) => void,
): Promise<InputCounts[]> {
  const batch = new EventBatch()
  const counts: InputCounts[] = []
  for (const [sensor, input] of inputs.entries()) {
    const options = {
      sensor,
      newest: now(),
      rules,
      batch,
      ...(format === undefined ? {} : { format }),
      ...(formats ? { formats } : {}),
    }
    const { name } = input
    try {
      const { tally } = await decodeInput(input, options, consume)
      const { events, ignored, malformed, truncated, lost } = tally
      counts.push({ name, events, ignored, malformed, truncated, lost })
    } catch (error) {
      if (inputs.length === 1) throw error
      warn(`${name}: ${(error as Error).message}`)
      counts.push({ name, events: 0, ignored: 0, malformed: 0, truncated: 0, lost: 0 })
    }
  }
  return counts
}
