import { alertMessage, category, eventName, fieldText, severityOfTen, vendor } from './alert.ts'
import type { CaseExport } from './case.ts'
import { instant } from './instant.ts'
import { type CaseSummary, sourcesText, summaryOf } from './summary.ts'

/** Common Event Format 0, as ArcSight's "Implementing ArcSight Common Event Format" (version 25) has it: one line. */
export default {
  id: 'cef',
  title: 'CEF line',
  about: 'for a SIEM that takes Common Event Format over syslog (ArcSight, Sentinel, …)',
  extension: 'cef',
  mediaType: 'text/plain',
  render(theCase, { version }) {
    const summary = summaryOf(theCase)
    const head = [vendor, vendor, version, eventName(summary), 'Scan of IP blocks', severityOfTen(summary)]
    return `CEF:0|${head.map((field) => headerValue(String(field))).join('|')}|${extension(summary)}\n`
  },
} satisfies CaseExport

function extension(summary: CaseSummary): string {
  const [source = ''] = summary.sources
  return fieldText(
    [
      ['rt', instant(summary.opened)],
      ['start', instant(summary.first)],
      ['end', instant(summary.last)],
      ['externalId', summary.id],
      ['cat', category],
      ['act', summary.decision],
      ['reason', summary.ruleTitle],
      ...(source.includes(':')
        ? ([
            ['c6a2', source],
            ['c6a2Label', 'Source IPv6 Address'],
          ] as const)
        : ([['src', source]] as const)),
      ['proto', summary.protocols[0]],
      ['dpt', summary.ports.length === 1 ? summary.ports[0] : null],
      ['cnt', summary.probes],
      ['cs1', summary.rule],
      ['cs1Label', summary.rule === null ? null : 'rule'],
      ['cs2', sourcesText(summary)],
      ['cs2Label', summary.sourceCount > 0 ? 'sources' : null],
      ['cs3', 'T1595.001'],
      ['cs3Label', 'technique'],
      ['cn1', summary.answered],
      ['cn1Label', 'services that answered'],
      ['cn2', summary.suspectHosts],
      ['cn2Label', 'suspect hosts'],
      ['cfp1', summary.confidence],
      ['cfp1Label', summary.confidence === null ? null : 'confidence'],
      ['msg', [alertMessage(summary), ...summary.because].join(' ')],
    ],
    extensionValue,
    ' ',
  )
}

/** Line ends cannot occur: the summary is printable. */
function headerValue(text: string): string {
  return text.replace(/[\\|]/g, '\\$&')
}

function extensionValue(text: string): string {
  return text.replace(/[\\=]/g, '\\$&')
}
