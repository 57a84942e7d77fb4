import { count, percent } from '../../../base/quantity.ts'
import type { RankedWeakness, TouchedHost, Triage } from '../../../case/case.ts'
import { leftOut, table } from '../../html/table.ts'
import { hostText, servicesText } from '../sentences.ts'
import { card, code, text } from './parts.ts'

const most = 500

/** Which of our systems were touched, and how they stand (requirement C2). */
export function hostCard({ touched, touchedOmitted }: Triage): string {
  if (touched.length === 0) return ''
  const rows = touched.slice(0, most).map(hostRow)
  const columns = [
    { title: 'State' },
    { title: 'Host' },
    { title: 'Owner' },
    { title: 'What answered' },
    { title: 'Why' },
  ]
  const states = (['suspect', 'unknown', 'clean'] as const).map((state) => {
    return `${touched.filter((host) => host.state === state).length} ${state}`
  })
  const left = leftOut(touched.length + touchedOmitted, rows.length, 'in the store')
  return card('Touched hosts', table('Touched hosts', columns, rows) + left, `${states.join(', ')}.`)
}

function hostRow(host: TouchedHost): readonly string[] {
  return [
    `<span class="pill ${host.state}">${host.state}</span>`,
    code(hostText(host), 200),
    text(host.asset?.owner ?? '', 100),
    text(servicesText(host.answered), 400),
    text(host.because.join(' ')),
  ]
}

/** What the scan learned that must be patched, in the order of patching (requirement T4). */
export function weaknessCard({ weaknesses }: Triage): string {
  if (weaknesses.length === 0) return ''
  const rows = weaknesses.slice(0, most).map(weaknessRow)
  const columns = [
    { title: 'Rank', numeric: true },
    { title: 'Service' },
    { title: 'Weakness' },
    { title: 'Severity' },
    { title: 'EPSS', numeric: true },
    { title: 'Exploited' },
    { title: 'Why here' },
    { title: 'Report' },
  ]
  return card(
    'What to patch first',
    table('Weaknesses of services that answered', columns, rows) +
      leftOut(weaknesses.length, rows.length, 'in the JSON output'),
  )
}

function weaknessRow({ weakness, exploited, epss, because }: RankedWeakness, index: number): readonly string[] {
  const { address, port, protocol, cves, id, name, severity, source } = weakness
  return [
    count(index + 1),
    code(port > 0 ? `${address} ${protocol}/${port}` : address, 100),
    text(`${[...new Set(cves.length > 0 ? cves : [id])].slice(0, 8).join(', ')} ${name}`, 400),
    severity ?? 'not told',
    epss === null ? '' : percent(epss),
    exploited ? 'yes' : 'not known',
    text(because.join(' '), 600),
    code(source, 100),
  ]
}
