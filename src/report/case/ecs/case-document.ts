import type { Case } from '../../../case/case.ts'
import type { Dossier } from '../../../intel/intel.ts'
import { alertMessage, eventName } from '../alert.ts'
import type { ExportOptions } from '../case.ts'
import { plansOf } from '../containment.ts'
import { addressesOf } from '../ours.ts'
import { summaryOf } from '../summary.ts'
import { envelope, keyword, mostRelated, origin, severities, span } from './fields.ts'

const mostTags = 32

export function caseDocument(theCase: Case, options: ExportOptions): object {
  const summary = summaryOf(theCase)
  const shared = envelope(theCase, options)
  const { decision, triage } = theCase
  const dossiers = triage?.dossiers ?? []
  const [source] = summary.sources
  return {
    '@timestamp': summary.opened,
    message: alertMessage(summary),
    ...shared,
    event: {
      kind: 'alert',
      category: ['intrusion_detection', 'network'],
      type: ['info'],
      ...origin('case'),
      id: keyword(theCase.id),
      action: eventName(summary),
      severity: severities[theCase.severity],
      risk_score: severities[theCase.severity],
      ...span(theCase.first, theCase.last),
      ...(decision ? { reason: keyword(summary.because.join(' ')) } : {}),
    },
    ...(decision ? { rule: { id: keyword(decision.rule), name: keyword(decision.title), ruleset: 'escalation' } } : {}),
    threat: { ...shared.threat, ...actorOf(dossiers) },
    labels: { ...shared.labels, ...answersOf(theCase), ...containmentOf(theCase) },
    tags: ['T1595.001', ...(triage?.patterns ?? []).map(({ id }) => keyword(id))].slice(0, mostTags),
    ...(source ? { source: { address: source, ip: source, ...network(source, dossiers) } } : {}),
    related: { ip: relatedAddresses(theCase) },
  }
}

/** Status, decision and the answers of the runbook's questions: `q1: no`. */
function answersOf({ status, decision, triage }: Case): Readonly<Record<string, string>> {
  return {
    status,
    decision: decision?.decision ?? 'none',
    ...(decision ? { confidence: String(decision.confidence) } : {}),
    ...Object.fromEntries((triage?.answers ?? []).map(({ question, answer }) => [question.toLowerCase(), answer])),
  }
}

/** By which events of the ledger are found, and whether a block was proven. */
function containmentOf(theCase: Case): Readonly<Record<string, string>> {
  const plans = plansOf(theCase)
  if (plans.length === 0) return {}
  return {
    plans: keyword(plans.map(({ id }) => id).join(' ')),
    contained: plans.some(({ isProven }) => isProven) ? 'proven' : 'not proven',
  }
}

/** Everything that a search for an address should find the case by. */
function relatedAddresses({ sources, accomplices, triage }: Case): readonly string[] {
  const hosts = triage?.touched.map(({ address }) => address) ?? []
  return addressesOf([...sources, ...accomplices.map(({ source }) => source), ...hosts]).slice(0, mostRelated)
}

function actorOf(dossiers: readonly Dossier[]): object {
  const actor = dossiers.flatMap(({ hits }) => hits).find((hit) => hit.actor !== null)?.actor
  if (!actor) return {}
  return { group: { ...(actor.id ? { id: keyword(actor.id) } : {}), name: keyword(actor.name) } }
}

/** Autonomous system and country, where a dossier tells them. */
function network(address: string, dossiers: readonly Dossier[]): object {
  const identity = dossiers.find((dossier) => dossier.identity.address === address)?.identity
  if (!identity) return {}
  const { asn, organisation, country } = identity
  const organization = organisation ? { organization: { name: keyword(organisation) } } : {}
  return {
    ...(asn === null ? {} : { as: { number: asn, ...organization } }),
    ...(country ? { geo: { country_iso_code: keyword(country) } } : {}),
  }
}
