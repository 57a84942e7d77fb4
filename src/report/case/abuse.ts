import { count, listed, several, span } from '../../base/quantity.ts'
import type { Case, CopiedRecord, Sign, SignKind } from '../../case/case.ts'
import { printable } from '../escape.ts'
import type { CaseExport, ExportOptions } from './case.ts'
import { type ForOthers, forOthers } from './for-others.ts'
import { milliTime } from './instant.ts'

const most = { sources: 50, signs: 50, records: 20 }
const longestLine = 500
const nobody = 'No source of this case is outside our networks: there is nobody to report to.'

/** A report to the abuse contact of the network that the sources are in: plain text, to be pasted into a mail. */
export default {
  id: 'abuse',
  title: 'abuse report',
  about: "for the abuse contact of the source's network; tells nothing of ours beyond what is needed",
  extension: 'abuse.txt',
  mediaType: 'text/plain',
  render(theCase, options) {
    const told = forOthers(theCase, options)
    if (told.strangers.length === 0) return `${nobody}\n`
    const paragraphs = [head(theCase, told), ...body(theCase, told, options), foot(theCase, told, options)]
    return `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`
  },
} satisfies CaseExport

function head(theCase: Case, told: ForOthers): string {
  const where = listed(told.strangers, 3)
  return [
    `Subject: Abuse report: scan of IP blocks from ${where}, ${milliTime(theCase.first).slice(0, 10)} UTC`,
    '',
    `To the abuse contact of ${networkText(theCase, told)}:`,
    '',
    'Systems under your responsibility scanned address blocks of ours. Please find out who uses them, and stop it.',
    'All times are UTC (+00:00).',
  ].join('\n')
}

function networkText({ triage }: Case, told: ForOthers): string {
  const named = (triage?.dossiers ?? []).filter(({ identity }) => told.strangers.includes(identity.address))
  const systems = named.flatMap(({ identity: { asn, organisation } }) => {
    return asn === null ? [] : [`AS${asn}${organisation ? ` (${told.text(organisation, 100)})` : ''}`]
  })
  return systems.length === 0 ? 'the network' : listed([...new Set(systems)], 5)
}

function body(theCase: Case, told: ForOthers, options: ExportOptions): readonly string[] {
  const sources = told.strangers.slice(0, most.sources).map((source) => `  ${source}`)
  const left = told.strangers.length - sources.length
  return [
    section('Sources', [...sources, ...(left > 0 ? [`  and ${left} more`] : [])]),
    section('Whether the address is genuine', [`  ${genuineText(theCase)}`]),
    section(
      'What was seen',
      told.sentences.map((sentence) => `  ${sentence}`),
    ),
    section('What followed', signLines(theCase, told)),
    section('Log lines', recordLines(theCase, told, options)),
  ]
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines].join('\n')
}

function genuineText({ scans }: Case): string {
  const states = scans.map(({ scan }) => scan.spoofable)
  if (states.includes(false)) return 'It is: the source acted on answers that only its owner receives.'
  return states.includes(null)
    ? 'Our logs cannot show it.'
    : 'It may be forged: nothing shows that the source received our answers. You may see more.'
}

const deeds: Readonly<Partial<Record<SignKind, string>>> = {
  session: 'sessions',
  exploit: 'attempts to exploit a service',
  guessing: 'attempts to guess a password',
  login: 'logins',
}

/** What came from the sources afterwards, a line a kind, source and port; what our own hosts did is nobody's business. */
function signLines({ triage }: Case, told: ForOthers): readonly string[] {
  const groups = new Map<string, Sign[]>()
  for (const sign of triage?.signs ?? []) {
    if (deeds[sign.kind] === undefined || !told.strangers.includes(sign.peer ?? '')) continue
    const key = `${sign.kind} ${sign.peer} ${sign.port}`
    groups.set(key, [...(groups.get(key) ?? []), sign])
  }
  return [...groups.values()].slice(0, most.signs).map(signLine)
}

function signLine(signs: readonly Sign[]): string {
  const [{ kind, peer, port }] = signs as [Sign]
  const first = signs.map((sign) => milliTime(sign.first)).sort()[0] as string
  const last = signs
    .map((sign) => milliTime(sign.last))
    .sort()
    .at(-1) as string
  const times = signs.reduce((sum, { count }) => sum + count, 0)
  return `  ${span(first, last)}: ${count(times)} ${deeds[kind]} by ${peer}${port === null ? '' : ` on port ${port}`}`
}

/** Raw lines name our hosts, so they are told only on demand. */
function recordLines({ copied }: Case, told: ForOthers, { internal }: ExportOptions): readonly string[] {
  const isTold = ({ encoding, bytes }: CopiedRecord) =>
    encoding === 'utf8' && told.strangers.some((source) => bytes.includes(source))
  const records = internal ? copied.filter(isTold) : []
  return records.slice(0, most.records).map(({ bytes }) => `  ${printable(bytes.slice(0, longestLine).trimEnd())}`)
}

function foot({ id, scans, scansOmitted }: Case, told: ForOthers, { organisation, contact }: ExportOptions): string {
  const more = scansOmitted > 0 ? `${several(scans.length + scansOmitted, 'scan')} in all. ` : ''
  const answer = contact === null ? [] : [`Answers and questions: ${told.text(contact)}`]
  return [`${more}Our reference: ${told.text(id, 100)}`, `Reported by: ${told.text(organisation)}`, ...answer].join(
    '\n',
  )
}
