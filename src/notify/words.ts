import { moment, several } from '../base/quantity.ts'
import { type CaseSummary, sourcesText, verdict } from '../report/case/summary.ts'
import { markup } from '../report/escape.ts'
import { type Notice, worst } from './notice.ts'
import type { Delivery } from './outbox.ts'

/** A message in words. Summaries are printable and bounded already. */

/** `[Sweepwatch] CRITICAL: title`, or how many cases there are. */
export function subject({ notices, omitted }: Delivery): string {
  const severity = worst(notices).toUpperCase()
  const [only] = notices
  const what =
    notices.length + omitted === 1 && only
      ? only.summary.title
      : `${several(notices.length + omitted, 'case')} to escalate`
  return `[Sweepwatch] ${severity}: ${what}`.slice(0, 200)
}

/** @param link where a case can be looked at; `{id}` stands for its id */
export function linkOf({ id }: CaseSummary, link: string | null): string | null {
  return link === null ? null : link.replaceAll('{id}', encodeURIComponent(id))
}

function facts({ summary, news }: Notice, link: string | null): readonly (readonly [string, string])[] {
  const { severity, because, first, last, probes, answered, suspectHosts, owner, id } = summary
  const where = linkOf(summary, link)
  return [
    ...(news ? [['News', news] as const] : []),
    ['Severity', severity],
    ['Sources', sourcesText(summary)],
    ['When', `${moment(first)} to ${moment(last)}`],
    [
      'Extent',
      `${several(probes, 'probe')}, ${several(answered, 'service')} answered, ${several(suspectHosts, 'suspect host')}`,
    ],
    ['Why', because.join(' ')],
    ['Owner', owner ?? 'nobody yet'],
    ['Look', where ?? `sweepwatch case show ${id}`],
  ]
}

export function plainText({ id, notices, omitted }: Delivery, link: string | null): string {
  const parts = notices.map((notice) => {
    const { summary } = notice
    const lines = facts(notice, link).map(([name, value]) => `  ${`${name}:`.padEnd(10)}${value}`)
    return [`${summary.id}  ${summary.title}`, `  ${verdict(summary)}`, ...lines].join('\n')
  })
  return [...parts, ...more(omitted), `Delivery ${id}. Times are UTC.`].join('\n\n')
}

export function htmlText({ id, notices, omitted }: Delivery, link: string | null): string {
  const parts = notices.map((notice) => {
    const { summary } = notice
    const rows = facts(notice, link).map(
      ([name, value]) => `<tr><th align="left" valign="top">${name}</th><td>${markup(value)}</td></tr>`,
    )
    return `<h2>${markup(summary.title)}</h2>
<p><b>${markup(verdict(summary))}</b></p>
<table cellpadding="3">${rows.join('')}</table>`
  })
  const rest = more(omitted).map((line) => `<p>${line}</p>`)
  return `<!doctype html><html lang="en"><body>${[...parts, ...rest].join('\n')}<p>Delivery ${markup(id)}. Times are UTC.</p></body></html>`
}

function more(omitted: number): readonly string[] {
  return omitted > 0 ? [`And ${several(omitted, 'more case')}: sweepwatch cases --escalated`] : []
}
