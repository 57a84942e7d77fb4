import type { AllowMatch } from '../../asset/asset.ts'
import { between, count, duration, listed, moment, percent, several, span } from '../../base/quantity.ts'
import type { Case, CaseEvent, LearnedService, RankedWeakness, Sign, TouchedHost } from '../../case/case.ts'
import type { Dossier, IntelHit } from '../../intel/intel.ts'
import { milliTime } from './instant.ts'
import { decisionWords } from './summary.ts'

/** What the readable pages of a case say in the same words. Plain text: the page escapes it for its medium. */

export const stateWords = {
  seen: 'seen',
  'not-seen': 'looked for, not seen',
  'not-observable': 'not observable in these logs',
} as const

/** `open, assigned to alice, escalated to tier 2`. */
export function statusText({ status, owner, escalatedTo, outcome, mergedInto }: Case): string {
  return [
    status === 'closed' && outcome !== null ? `closed: ${outcome}` : status,
    ...(mergedInto === null ? [] : [`into ${mergedInto}`]),
    owner === null ? 'assigned to nobody' : `assigned to ${owner}`,
    ...(escalatedTo === null ? [] : [`escalated to ${escalatedTo}`]),
  ].join(', ')
}

/** How long the steps took; nothing where it came to none. */
export function timesText({ times }: Case): string {
  const { toDetect, toDecide, toContain } = times
  return [
    ...(toDetect === null ? [] : [`detected ${duration(1000 * toDetect)} after the first probe`]),
    ...(toDecide === null ? [] : [`decided ${duration(1000 * toDecide)} after it was opened`]),
    ...(toContain === null ? [] : [`contained ${duration(1000 * toContain)} after it was opened`]),
  ].join(', ')
}

export function whenText({ first, last }: Case): string {
  const took = between(milliTime(first), milliTime(last))
  return `${span(milliTime(first), milliTime(last))}${took >= 1 ? ` (${duration(took)})` : ''}`
}

export function amountText({ scans, scansOmitted, probes, accomplices }: Case): string {
  const more = accomplices.length > 0 ? `, ${several(accomplices.length, 'accomplice')}` : ''
  return `${several(scans.length + scansOmitted, 'scan')}, ${several(probes, 'probe')}${more}`
}

/** `192.0.2.12 (vpn.example.org, critical)`. */
export function hostText({ address, asset }: TouchedHost): string {
  const about = [asset?.name, asset?.criticality].filter((part) => part !== null && part !== undefined)
  return about.length === 0 ? address : `${address} (${about.join(', ')})`
}

/** `tcp/80, tcp/443 (Example-VPN/9.1)`. */
export function servicesText(services: readonly LearnedService[]): string {
  const named = services.map(({ port, protocol, banner }) => {
    const service = port > 0 ? `${protocol}/${port}` : protocol
    return banner === null ? service : `${service} (${banner})`
  })
  return listed(named, 8)
}

/** `192.0.2.12 with 203.0.113.70, port 443, 3 times, 2,120 bytes out, 9,410 in`. */
export function signFigures({ host, peer, port, count: times, bytesOut, bytesIn }: Sign): string {
  return [
    peer === null ? host : `${host} with ${peer}`,
    ...(port === null ? [] : [`port ${port}`]),
    several(times, 'time'),
    ...(bytesOut + bytesIn > 0 ? [`${count(bytesOut)} bytes out, ${count(bytesIn)} in`] : []),
  ].join(', ')
}

/** `192.0.2.12:443 CVE-2024-3400 Example VPN command injection: critical, EPSS 96%, exploited`. */
export function weaknessText({ weakness, exploited, epss }: RankedWeakness): string {
  const { address, port, id, name, cves, severity } = weakness
  const where = port > 0 ? `${address} port ${port}` : address
  const ids = [...new Set(cves.length > 0 ? cves : [id])]
  const rank = [
    severity ?? 'severity not told',
    ...(epss === null ? [] : [`EPSS ${percent(epss)}`]),
    ...(exploited ? ['known to be exploited'] : []),
  ]
  return `${where}: ${listed(ids, 4)} ${name} (${rank.join(', ')})`
}

/** `203.0.113.70: public, AS64496 Example Hosting, NL, hosting, host70.hosting.example`. */
export function identityText({ identity }: Dossier): string {
  const { address, scope, asn, organisation, country, kind, research, reverseName } = identity
  const system = asn === null ? organisation : `AS${asn}${organisation === null ? '' : ` ${organisation}`}`
  const name = reverseName === null ? null : `${reverseName.name}${reverseName.confirmed ? '' : ' (not confirmed)'}`
  const parts = [scope, system, country, kind, research === null ? null : `research: ${research}`, name]
  return `${address}: ${parts.filter((part) => part !== null).join(', ')}`
}

/** `malicious by blocklist.netset: 203.0.113.0/24, Example Botnet, TeamTNT (G0139), last seen 3 days before, 75% sure`. */
export function hitText({ list, matched, means, name, actor, confidence, ageDays }: IntelHit): string {
  const known = actor === null ? null : actor.id === null ? actor.name : `${actor.name} (${actor.id})`
  const age = ageDays === null ? 'no date' : `last seen ${several(Math.round(ageDays), 'day')} before`
  const parts = [matched, name, known, age, `${percent(confidence)} sure`]
  return `${means} by ${list}: ${parts.filter((part) => part !== null).join(', ')}`
}

/** `Entry CHG-1 of the network team, ticket CHG-4711, until 2026-12-31: monthly scan.` */
export function permissionText({ entry }: AllowMatch): string {
  const ticket = entry.ticket === null ? '' : `, ticket ${entry.ticket}`
  return `Entry ${entry.id} of ${entry.owner}${ticket}, until ${entry.expires}: ${entry.reason}.`
}

/** What happened, for the history. */
export function eventText({ body, reason }: CaseEvent): string {
  const said = bodyText(body)
  return reason === '' || said.includes(reason) ? said : `${said} (${reason})`
}

function bodyText(body: CaseEvent['body']): string {
  switch (body.kind) {
    case 'opened':
      return `opened: ${body.title}`
    case 'scan':
      return `scan ${body.scan.id}: ${body.joined}`
    case 'accomplice':
      return `accomplice ${body.accomplice.source}: ${body.accomplice.because}`
    case 'triaged':
      return `triaged: ${decisionWords[body.triage.decision.decision].toLowerCase()} by rule ${body.triage.decision.rule}`
    case 'copied':
      return `${several(body.records.length, 'record')} copied`
    case 'noted':
      return `note: ${body.text}`
    case 'assigned':
      return `assigned to ${body.to}`
    case 'escalated':
      return `escalated to ${body.to}`
    case 'closed':
      return `closed as ${body.outcome}. Lesson: ${body.lesson}. Change: ${body.change}`
    case 'reopened':
      return 'reopened'
    case 'merged':
      return `took up the case ${body.from}`
    case 'merged-into':
      return `merged into ${body.into}`
    case 'notified':
      return `told to ${body.channel} (delivery ${body.delivery})`
    case 'captured':
      return `${several(body.packets, 'packet')} captured in ${body.file}`
    case 'superseded':
      return `an earlier record (${body.what}) that a later one stands for`
    case 'plan':
      return `plan ${body.plan}: ${body.text}`
    case 'contained':
      return `contained at ${body.target} until ${moment(milliTime(body.until))}`
  }
}
