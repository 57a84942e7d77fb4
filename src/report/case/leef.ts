import { alertMessage, category, eventName, fieldText, severityOfTen, vendor } from './alert.ts'
import type { CaseExport } from './case.ts'
import { instant } from './instant.ts'
import { sourcesText, summaryOf } from './summary.ts'

/** Log Event Extended Format 2.0, as IBM's "LEEF overview" for QRadar has it: one line, attributes apart by tabs. */
export default {
  id: 'leef',
  title: 'LEEF 2.0 line',
  about: 'for IBM QRadar',
  extension: 'leef',
  mediaType: 'text/plain',
  render(theCase, { version }) {
    const summary = summaryOf(theCase)
    const fields = fieldText(
      [
        ['cat', category],
        ['devTime', instant(summary.opened)],
        ['sev', severityOfTen(summary)],
        ['src', summary.sources[0]],
        ['proto', summary.protocols[0]],
        ['dstPort', summary.ports.length === 1 ? summary.ports[0] : null],
        ['caseId', summary.id],
        ['decision', summary.decision],
        ['rule', summary.rule],
        ['reason', summary.ruleTitle],
        ['technique', 'T1595.001'],
        ['first', summary.first],
        ['last', summary.last],
        ['sources', sourcesText(summary)],
        ['probes', summary.probes],
        ['answered', summary.answered],
        ['suspectHosts', summary.suspectHosts],
        ['confidence', summary.confidence],
        ['msg', [alertMessage(summary), ...summary.because].join(' ')],
      ],
      // No value holds a tab or a line end: the summary is printable. The format has no other escape.
      (value) => value,
      '\t',
    )
    return `LEEF:2.0|${vendor}|${vendor}|${version.replaceAll('|', '/')}|${eventName(summary)}|x09|${fields}\n`
  },
} satisfies CaseExport
