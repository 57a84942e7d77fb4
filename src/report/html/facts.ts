import { listed, several, span } from '../../base/quantity.ts'
import type { Scan } from '../../detect/finding.ts'
import { markup } from '../escape.ts'
import { backgroundSentence, blocksText, coverageText, methodText, service, spoofSentence } from '../narrate.ts'

/** The facts of a scan as terms and descriptions. */
export function factList(scan: Scan): string {
  const { addresses } = scan.targets
  const where = `${several(addresses, 'address', 'addresses')} of ${blocksText(scan, 4)}`
  const targets = [where, coverageText(scan), service(scan)].filter((part) => part !== '').join(', ')
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['When', `${span(scan.first, scan.last)}, ${several(scan.probes, 'probe')}`],
    ['Method', `${methodText(scan)}, ${scan.direction}`],
    ['Targets', targets],
    [
      scan.sources.length > 1 ? 'Sources' : 'Source',
      `${listed(scan.sources, 6)}${scan.prefix ? ` (key ${scan.prefix})` : ''}`,
    ],
    ['Is the address genuine?', spoofSentence(scan)],
    ['Decoys, not the scanner', scan.decoys.length > 0 ? listed(scan.decoys, 12) : undefined],
    ['Aimed at us?', backgroundSentence(scan) ?? 'Cannot be told from these logs.'],
    [
      'Seen by',
      scan.sensors.length > 0
        ? listed(
            scan.sensors.map(({ source, events }) => `${source} (${several(events, 'event')})`),
            6,
          )
        : undefined,
    ],
  ]
  const items = facts.filter(([, value]) => value !== undefined)
  return `<dl class="facts">${items.map(([name, value]) => `<div><dt>${name}</dt><dd>${markup(value ?? '')}</dd></div>`).join('')}</dl>`
}
