import { several } from '../../base/quantity.ts'
import type { Analysis } from '../../case/analysis.ts'
import type { SensorSummary } from '../../detect/finding.ts'
import { glyphs, type Look, paint } from '../look.ts'
import { caption, paragraph } from './layout.ts'

const most = 20

/** The inputs: what each was, and what of it could not be read. */
export function footSection({ summary }: Analysis, look: Look): string {
  const { rule, bullet } = glyphs(look)
  const omitted = summary.sensors.length - most
  return [
    paint(look, 'dim', rule.repeat(look.columns)),
    caption('What was read', look),
    ...summary.sensors.slice(0, most).map((sensor) => paragraph(sensorText(sensor), look, '      ', `    ${bullet} `)),
    ...(omitted > 0 ? [`    and ${several(omitted, 'more input')}`] : []),
    ...summary.warnings.map((warning) => paint(look, 'yellow', paragraph(warning, look, '      ', '    ! '))),
  ].join('\n')
}

function sensorText(sensor: SensorSummary): string {
  const parts = [
    `${several(sensor.events, 'event')} as ${sensor.format}`,
    ...(sensor.ignored > 0 ? [`${several(sensor.ignored, 'record')} of other kinds passed over`] : []),
    ...(sensor.truncated > 0 ? [`${several(sensor.truncated, 'packet')} cut by the snaplen`] : []),
    ...(sensor.malformed > 0 ? [`${several(sensor.malformed, 'record')} DAMAGED and left out`] : []),
  ]
  return `${sensor.source}: ${parts.join(', ')}`
}
