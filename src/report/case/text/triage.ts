import { count, listed, moment, percent, several, span } from '../../../base/quantity.ts'
import type { Answer, TouchedHost, Triage } from '../../../case/case.ts'
import { clipped } from '../../escape.ts'
import { type Look, paint } from '../../look.ts'
import { paragraph } from '../../text/layout.ts'
import { evidenceText } from '../evidence-text.ts'
import { milliTime } from '../instant.ts'
import { hitText, hostText, identityText, servicesText, signFigures, stateWords, weaknessText } from '../sentences.ts'
import { tellingSigns } from '../telling.ts'
import { below, block, item, leftOut, limited, wholeItem } from './block.ts'

const most = {
  reasons: 6,
  signs: 12,
  evidence: 4,
  hosts: 15,
  named: 12,
  weaknesses: 10,
  dossiers: 5,
  hits: 5,
  related: 12,
  patterns: 5,
}
const answerColours = { yes: 'bold', no: 'bold', unknown: 'yellow' } as const
const stateColours = { clean: 'green', suspect: 'red', unknown: 'yellow' } as const

/** The runbook's questions with their answers, what they rest on, and what would tell more. */
export function questions({ answers }: Triage, look: Look): readonly string[] {
  return answers.flatMap((answer) => ['', ...question(answer, look)])
}

function question({ question, text, answer, confidence, because, evidence, looked, wouldTell }: Answer, look: Look) {
  const lead = `  ${question.padEnd(4)}${answer.toUpperCase().padEnd(8)}`
  const head = paragraph(`${clipped(text, 200)} (${percent(confidence)})`, look, ' '.repeat(lead.length), lead)
  return [
    head.replace(lead, `  ${question.padEnd(4)}${paint(look, answerColours[answer], answer.toUpperCase().padEnd(8))}`),
    ...limited(because, most.reasons, (sentence) => [item(sentence, look)]),
    ...limited(evidence, most.evidence, (one) => [item(evidenceText(one), look, 1)]),
    ...(looked.length > 0 ? [paint(look, 'dim', below(`Looked at: ${looked.join('; ')}`, look))] : []),
    ...(wouldTell.length > 0 ? [below(`Would tell: ${wouldTell.join('; ')}`, look)] : []),
  ]
}

export function permission({ allowed }: Triage, look: Look): readonly string[] {
  if (allowed === null) return []
  const { entry, inScope, because } = allowed
  const about = `${entry.id} of ${entry.owner}${entry.ticket === null ? '' : `, ${entry.ticket}`}: ${inScope ? 'inside its scope' : 'OUTSIDE ITS SCOPE'}`
  return block('Allowlist', [item(about, look), ...because.map((sentence) => item(sentence, look, 1))], look)
}

export function patterns({ patterns }: Triage, look: Look): readonly string[] {
  const lines = limited(patterns, most.patterns, ({ name, purpose, because }) => [
    item(`${name}: ${purpose}`, look),
    ...because.map((sentence) => item(sentence, look, 1)),
  ])
  return block('Patterns that go with malice', lines, look)
}

export function signs({ signs }: Triage, look: Look): readonly string[] {
  const lines = tellingSigns(signs, most.signs).flatMap((sign) => [
    item(`${span(milliTime(sign.first), milliTime(sign.last))}: ${sign.text}`, look),
    item(`${signFigures(sign)}; confidence ${percent(sign.confidence)}`, look, 1),
    ...limited(sign.evidence, most.evidence, (one) => [item(evidenceText(one), look, 1)]),
  ])
  return block('What followed', [...lines, ...leftOut(signs.length - most.signs)], look)
}

export function touched({ touched, touchedOmitted }: Triage, look: Look): readonly string[] {
  const lines = limited(alike(touched), most.hosts, (hosts) => hostLines(hosts, look))
  const left = touchedOmitted > 0 ? [`    ${several(touchedOmitted, 'more host was', 'more hosts were')} touched`] : []
  return block('Touched hosts', [...lines, ...left], look)
}

/** Hosts of which the same is said, together; suspects each by itself. */
function alike(touched: readonly TouchedHost[]): readonly (readonly TouchedHost[])[] {
  const groups = Map.groupBy(touched, ({ address, state, because }) =>
    JSON.stringify(state === 'suspect' ? address : [state, because]),
  )
  return [...groups.values()]
}

/** A suspect's sentences are told whole, each on lines of its own: the decisive one may be the last. */
function hostLines(hosts: readonly TouchedHost[], look: Look): readonly string[] {
  const [{ state, answered, because }] = hosts as [TouchedHost]
  const answers = answered.length > 0 ? [`answered ${servicesText(answered)}.`] : []
  if (state === 'suspect') {
    const [host] = hosts as [TouchedHost]
    return [
      coloured(item([`${state}: ${hostText(host)}.`, ...answers].join(' '), look), state, look),
      ...because.map((sentence) => wholeItem(sentence, look, 1)),
    ]
  }
  const named =
    hosts.length === 1
      ? [`${state}: ${hostText(hosts[0] as TouchedHost)}.`, ...answers]
      : [`${state}: ${together(hosts)}.`]
  return [coloured(item([...named, ...because].join(' '), look), state, look)]
}

/** `22 hosts, 192.0.2.15, 192.0.2.16 … and 11 more`. */
function together(hosts: readonly TouchedHost[]): string {
  return `${count(hosts.length)} hosts, ${listed(hosts.map(hostText), most.named)}`
}

function coloured(line: string, state: TouchedHost['state'], look: Look): string {
  return line.replace(state, paint(look, stateColours[state], state))
}

export function weaknesses({ weaknesses }: Triage, look: Look): readonly string[] {
  const lines = limited(weaknesses, most.weaknesses, (one, index) => [
    item(`${index + 1}. ${weaknessText(one)}. ${one.because.join(' ')}`, look),
  ])
  return block('What it learned that must be patched, first things first', lines, look)
}

export function intelligence({ dossiers }: Triage, look: Look): readonly string[] {
  const lines = limited(dossiers, most.dossiers, (dossier) => [
    item(identityText(dossier), look),
    ...limited(dossier.hits, most.hits, (hit) => [item(`${hitText(hit)} [${hit.reference}]`, look, 1)]),
    ...(dossier.hits.length === 0 ? [item('on no list', look, 1)] : []),
  ])
  return block('What is known of the sources', lines, look)
}

export function related({ related }: Triage, look: Look): readonly string[] {
  const lines = limited(related, most.related, ({ at, kind, src, dst, port, count, text, why, evidence }) => {
    const between = [src, dst].filter((part) => part !== null).join(' to ')
    const where = `${between}${port === null ? '' : ` port ${port}`}`
    return [
      item(`${moment(milliTime(at))} ${kind} ${where}: ${text}${count > 1 ? ` (${count} times)` : ''}`, look),
      item(`${why}; ${evidenceText(evidence)}`, look, 1),
    ]
  })
  return block('Related log lines', lines, look)
}

export function techniques({ techniques }: Triage, look: Look): readonly string[] {
  const lines = techniques.map(({ id, name, state, because }) =>
    item(`${id} ${name}: ${stateWords[state]}. ${because.join(' ')}`, look),
  )
  return block('Related techniques', lines, look)
}
