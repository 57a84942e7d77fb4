import type { Answer, CaseEvent, CaseScan, RankedWeakness, Related, Sign, TouchedHost } from '../../case/case.ts'
import { eventText, hostText, servicesText, signFigures, weaknessText } from '../../report/case/sentences.ts'
import { headline } from '../../report/narrate.ts'
import { bounded, boundedAll, evidenceView, part } from './bounded.ts'

/** Parts of a case as the API tells them, in the sentences of the reports. */

const mostEvidence = 40

export function answerOf({ evidence, because, looked, wouldTell, ...answer }: Answer) {
  return {
    ...answer,
    because: boundedAll(because),
    evidence: part(evidence, evidenceView, { limit: mostEvidence }),
    looked: boundedAll(looked),
    wouldTell: boundedAll(wouldTell),
  }
}

export function signOf(sign: Sign) {
  const { kind, first, last, confidence } = sign
  return {
    ...{ kind, first, last, confidence },
    text: bounded(sign.text),
    figures: bounded(signFigures(sign), 400),
    evidence: part(sign.evidence, evidenceView, { limit: mostEvidence }),
  }
}

export function relatedOf({ at, kind, src, dst, port, count, text, why, evidence }: Related) {
  const ends = [src, dst].filter((end) => end !== null).join(' to ')
  return {
    at,
    kind: bounded(kind, 40),
    between: bounded(`${ends}${port === null ? '' : ` port ${port}`}`, 300),
    text: bounded(`${text}${count > 1 ? ` (${count} times)` : ''}`),
    why: bounded(why, 400),
    evidence: evidenceView(evidence),
  }
}

export function hostOf(host: TouchedHost) {
  return {
    address: host.address,
    name: bounded(hostText(host), 300),
    owner: host.asset?.owner ? bounded(host.asset.owner, 200) : null,
    state: host.state,
    services: bounded(servicesText(host.answered)),
    because: boundedAll(host.because),
  }
}

/** Suspects first, then what cannot be known, of that first whatever was attacked: more is said of it. */
export function hostsInOrder(touched: readonly TouchedHost[]): readonly TouchedHost[] {
  const order = ['suspect', 'unknown', 'clean']
  return [...touched].sort(
    (x, y) => order.indexOf(x.state) - order.indexOf(y.state) || y.because.length - x.because.length,
  )
}

export function weaknessOf(ranked: RankedWeakness) {
  const { weakness, exploited, epss, because } = ranked
  return {
    text: bounded(weaknessText(ranked), 600),
    address: bounded(weakness.address, 100),
    severity: weakness.severity,
    isExploited: exploited,
    epss,
    because: boundedAll(because),
    source: bounded(weakness.source, 400),
  }
}

export function scanRowOf({ scan, joined }: CaseScan) {
  const { id, severity, confidence, first, last } = scan
  return { id, headline: bounded(headline(scan), 600), joined: bounded(joined, 600), severity, confidence, first, last }
}

export function historyOf(event: CaseEvent) {
  const { seq, at, author, body } = event
  return { seq, at, author: bounded(author, 200), kind: body.kind, text: bounded(eventText(event), 12_000) }
}
