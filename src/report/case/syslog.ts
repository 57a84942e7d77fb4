import type { CaseExport } from './case.ts'
import { summaryOf } from './summary.ts'
import { syslogLine } from './syslog-line.ts'

/** One message of RFC 5424; its time is the case's, so that the same case gives the same line. */
export default {
  id: 'syslog',
  title: 'syslog message (RFC 5424)',
  about: 'for a log collector; the same line that notifications send',
  extension: 'log',
  mediaType: 'text/plain',
  render(theCase) {
    const summary = summaryOf(theCase)
    return `${syslogLine(summary, '-', summary.opened)}\n`
  },
} satisfies CaseExport
