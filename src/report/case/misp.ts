import type { Case } from '../../case/case.ts'
import { jsonLine } from '../escape.ts'
import type { CaseExport, ExportOptions } from './case.ts'
import { type ForOthers, forOthers } from './for-others.ts'
import { identityUuid } from './identity.ts'
import { changed, instant, milliTime } from './instant.ts'
import { addressesOf } from './ours.ts'
import { caseUuid } from './uuid.ts'

const most = { sources: 500, hosts: 500, ports: 100, actors: 10 }
/** High, medium, low, as MISP numbers threat levels. */
const levels = { critical: '1', high: '1', medium: '2', low: '3' } as const
/** This community only; your organisation only. */
const distributions = { others: '1', ourselves: '0' } as const

/** An event in MISP's core format, as its import takes it. */
export default {
  id: 'misp',
  title: 'MISP event',
  about: 'for MISP; no address of ours is in it unless it is asked for',
  extension: 'misp.json',
  mediaType: 'application/json',
  render: (theCase, options) => `${jsonLine({ Event: event(theCase, options) })}\n`,
} satisfies CaseExport

interface Attribute {
  readonly type: string
  readonly category: string
  readonly value: string
  readonly to_ids: boolean
  readonly comment: string
}

function event(theCase: Case, options: ExportOptions): object {
  const told = forOthers(theCase, options)
  const distribution = options.internal ? distributions.ourselves : distributions.others
  const variant = options.internal ? ' internal' : ''
  const timestamp = seconds(changed(theCase))
  const times = { first_seen: milliTime(theCase.first), last_seen: lastOf(theCase) }
  return {
    uuid: caseUuid('misp-event', theCase.id, variant),
    info: told.title,
    date: milliTime(theCase.first).slice(0, 10),
    threat_level_id: levels[theCase.severity],
    analysis: theCase.status === 'open' ? '1' : '2',
    distribution,
    published: false,
    timestamp,
    Orgc: { uuid: identityUuid(told.text(options.organisation)), name: told.text(options.organisation) },
    Tag: tagsOf(options).map((name) => ({ name })),
    Attribute: attributesOf(theCase, told, options).map((attribute) => ({
      uuid: caseUuid('misp-attribute', theCase.id, `${attribute.type} ${attribute.value}${variant}`),
      ...attribute,
      distribution: '5',
      disable_correlation: false,
      timestamp,
      ...(attribute.type === 'ip-src' ? times : {}),
    })),
  }
}

/** MISP refuses what ends before it begins. */
function lastOf({ first, last }: Case): string {
  return milliTime(instant(last) < instant(first) ? first : last)
}

function seconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000))
}

function tagsOf({ internal }: ExportOptions): readonly string[] {
  return [
    'misp-galaxy:mitre-attack-pattern="Scanning IP Blocks - T1595.001"',
    'rsit:information-gathering="scanner"',
    internal ? 'tlp:amber' : 'tlp:green',
  ]
}

function attributesOf(theCase: Case, told: ForOthers, options: ExportOptions): readonly Attribute[] {
  const { triage, scans } = theCase
  const network = 'Network activity'
  const plain = { to_ids: false, comment: '' }
  const ports = [...new Set(scans.flatMap(({ scan }) => scan.targets.ports))].slice(0, most.ports)
  const systems = new Set(
    (triage?.dossiers ?? []).flatMap(({ identity }) => (identity.asn === null ? [] : [identity.asn])),
  )
  const actors = new Set(
    (triage?.dossiers ?? []).flatMap(({ hits }) => hits.flatMap(({ actor }) => (actor ? [actor.name] : []))),
  )
  const hosts = options.internal ? addressesOf((triage?.touched ?? []).map(({ address }) => address)) : []
  return [
    ...told.sources.slice(0, most.sources).map((value) => sourceAttribute(value, theCase, told)),
    ...[...systems].map((asn) => ({ type: 'AS', category: network, value: String(asn), ...plain })),
    ...ports.map((port) => ({ type: 'port', category: network, value: String(port), ...plain, comment: 'asked for' })),
    ...[...actors].slice(0, most.actors).map((name) => {
      return { type: 'threat-actor', category: 'Attribution', value: told.text(name), ...plain, comment: 'by a list' }
    }),
    ...hosts
      .slice(0, most.hosts)
      .map((value) => ({ type: 'ip-dst', category: network, value, ...plain, comment: 'touched' })),
    ...told.sentences.map((value) => ({ type: 'text', category: 'Other', value, ...plain })),
    {
      type: 'link',
      category: 'External analysis',
      value: 'https://attack.mitre.org/techniques/T1595/001/',
      ...plain,
    },
  ]
}

/** A source goes to intrusion detection only where it is not ours, its address is genuine and the case was escalated. */
function sourceAttribute(value: string, { scans, decision }: Case, { strangers }: ForOthers): Attribute {
  const its = scans.filter(({ scan }) => scan.sources.includes(value))
  const isGenuine = its.some(({ scan }) => scan.spoofable === false)
  const comment = isGenuine ? 'scanned; the address is genuine' : 'scanned; the address may be forged'
  return {
    type: 'ip-src',
    category: 'Network activity',
    value,
    to_ids: isGenuine && strangers.includes(value) && decision?.decision === 'escalate',
    comment,
  }
}
