import { count, duration, percent } from '../../base/quantity.ts'
import { clockWarning } from '../../pipeline/clock-report.ts'
import type { SensorReport } from '../../pipeline/sensor-report.ts'
import { printable } from '../../report/escape.ts'
import { type Look, paint } from '../../report/look.ts'

const label = 12

/** The sensors for a person: what each delivers, then, marked, what it does not. */
export function sensorText(reports: readonly SensorReport[], look: Look): string {
  if (reports.length === 0) return 'No sensor delivered anything.\n'
  return `${reports.map((report) => sensorBlock(report, look)).join('\n\n')}\n`
}

function sensorBlock(report: SensorReport, look: Look): string {
  const line = (name: string, text: string) => `  ${name.padEnd(label)}${text}`
  const device = report.device === undefined ? '' : `  ${printable(report.device)}`
  const { malformed, malformedShare, lost } = report
  const damage = [
    malformed > 0 ? `${count(malformed)} malformed (${percent(malformedShare)})` : '',
    lost > 0 ? `${count(lost)} lost` : '',
  ].filter((text) => text !== '')
  return [
    `${paint(look, 'bold', printable(report.source))}${device}`,
    line('Reads', report.formats.join(', ')),
    line(
      'Events',
      `${count(report.events)}, ${rateText(report.rate)}${damage.length > 0 ? `; ${damage.join(', ')}` : ''}`,
    ),
    ...(report.first === null ? [] : [line('Time', `${stamp(report.first)} to ${stamp(report.last as string)}`)]),
    ...directionLines(report).map((text, k) => line(k === 0 ? 'Directions' : '', text)),
    ...report.gaps.map(({ from, to, seconds }, k) =>
      line(k === 0 ? 'Gaps' : '', paint(look, 'yellow', `${duration(seconds)}: ${stamp(from)} to ${stamp(to)}`)),
    ),
    ...report.clocks
      .flatMap((clock) => clockWarning(clock) ?? [])
      .map((text, k) => line(k === 0 ? 'Clock' : '', paint(look, 'yellow', printable(text)))),
    ...report.blind.map((text, k) => line(k === 0 ? 'Cannot see' : '', paint(look, 'yellow', printable(text)))),
  ].join('\n')
}

function directionLines({ directions }: SensorReport): string[] {
  if (!directions) return ['not known: our networks are not (give --net)']
  return Object.entries(directions)
    .filter(([, { events, answered }]) => events + answered > 0)
    .map(([name, { events, answered }]) => `${name.padEnd(9)} ${count(events)} asked, ${count(answered)} answered`)
}

function rateText(rate: number): string {
  return rate >= 1 ? `${count(Math.round(rate))} a second` : `${count(Math.round(rate * 3600))} an hour`
}

function stamp(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`
}
