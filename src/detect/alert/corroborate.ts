import { parseAddress } from '../../base/address.ts'
import { isoTime } from '../../base/time.ts'
import type { DrawnScan, Scan, ScanAlert } from '../finding.ts'
import type { Alerts, SourceAlert } from './alerts.ts'

/** An alert belongs to a scan where it comes this close to it. Microseconds. */
const near = 3600e6
const mostSources = 64
const mostAlerts = 16

/**
 * Tells with each scan what other devices said about its sources at that time. Their word changes neither verdict nor score:
 * an alert can be had by forging one packet.
 *
 * @param inputs names by sensor number
 */
export function corroborate(scans: readonly DrawnScan[], alerts: Alerts, inputs: readonly string[]): DrawnScan[] {
  return scans.map((drawn) => {
    const said = alertsOn(drawn.scan, alerts, inputs)
    if (said.length === 0) return drawn
    const scan = { ...drawn.scan, alerts: said, because: [...drawn.scan.because, sentence(said)] }
    return { ...drawn, scan }
  })
}

function alertsOn(scan: Scan, alerts: Alerts, inputs: readonly string[]): ScanAlert[] {
  const from = Date.parse(scan.first) * 1000 - near
  const to = Date.parse(scan.last) * 1000 + near
  const merged = new Map<string, ScanAlert>()
  for (const source of scan.sources.slice(0, mostSources)) {
    const address = parseAddress(source)
    if (!address) continue
    for (const alert of alerts.about(address)) {
      if (alert.last < from || alert.first > to) continue
      const told = recordOf(alert, inputs)
      const key = `${told.source}\n${told.id}\n${told.name}`
      merged.set(key, join(merged.get(key), told))
    }
  }
  return [...merged.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, mostAlerts)
}

function recordOf({ signature, sensor, count, first, last }: SourceAlert, inputs: readonly string[]): ScanAlert {
  const { id, name, means } = signature
  const source = inputs[sensor] ?? String(sensor)
  return {
    source,
    id,
    name,
    means: means === 'exploit' ? 'exploit' : 'scan',
    count,
    first: isoTime(first),
    last: isoTime(last),
  }
}

function join(known: ScanAlert | undefined, more: ScanAlert): ScanAlert {
  if (!known) return more
  return {
    ...known,
    count: known.count + more.count,
    first: [known.first, more.first].sort()[0] as string,
    last: [known.last, more.last].sort()[1] as string,
  }
}

function sentence(said: readonly ScanAlert[]): string {
  const named = said.slice(0, 3).map(({ name, id, count }) => `${name === '' ? id : name} (${count} ×)`)
  const more = said.length > 3 ? `, and ${said.length - 3} more` : ''
  const attacks = said.some(({ means }) => means === 'exploit')
  return `Other devices ${attacks ? 'raised alerts on this source' : 'call it a scan too'}: ${named.join(', ')}${more}.`
}
