import { parseAddress } from '../../base/address.ts'
import { momentOf } from '../../base/moment.ts'
import { Problem } from '../../base/problem.ts'
import { moment, percent, several } from '../../base/quantity.ts'
import type { Dossier, IntelHit } from '../../intel/intel.ts'
import { clipped, jsonLine, printable } from '../../report/escape.ts'
import { type Look, paint } from '../../report/look.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { configuredIntelligence } from './sources.ts'

/** `sweepwatch intel about ADDRESS… [--at TIME]`: everything that is known of addresses as of a time. */
export async function aboutAction(invocation: Invocation, addresses: readonly string[]): Promise<number> {
  if (addresses.length === 0) {
    throw new Problem('usage', 'intel about: which address?', { hint: 'sweepwatch intel about 203.0.113.70' })
  }
  for (const text of addresses) {
    if (parseAddress(text)) continue
    throw new Problem('usage', `${text} is no address`, { hint: 'Write 203.0.113.70 or 2001:db8::1.' })
  }
  const told = invocation.text('at')
  const at = told === undefined ? Date.now() : Date.parse(momentOf('--at', told))
  const intelligence = await configuredIntelligence(invocation)
  const { terminal } = invocation
  for (const [k, address] of addresses.entries()) {
    const dossier = await intelligence.about(address, at)
    const time = new Date(at).toISOString()
    if (invocation.flag('json')) terminal.out(`${jsonLine({ at: time, ...dossier })}\n`)
    else terminal.out(`${k > 0 ? '\n' : ''}${dossierText(dossier, time, terminal.outLook)}`)
  }
  return ExitCode.done
}

function dossierText({ identity, hits, looked }: Dossier, at: string, look: Look): string {
  const { address, scope, asn, organisation, country, kind, research } = identity
  const who = [
    research,
    organisation,
    asn === null ? null : `AS${asn}`,
    country,
    kind,
    scope === 'public' ? null : scope,
  ].filter((part) => part !== null)
  const bullets = (lines: readonly string[]) => lines.map((line) => `    ${clipped(line, 300)}`)
  return `${[
    `${paint(look, 'bold', address)}  ${who.length === 0 ? 'not known' : clipped([...new Set(who)].join(', '), 200)}`,
    paint(look, 'dim', `  as of ${moment(at)}`),
    ...bullets(identity.because),
    hits.length === 0 ? '  No list names it.' : '  Listed',
    ...hits.flatMap((hit) => hitLines(hit, look)),
    looked.length === 0 ? '  Nothing was there to look at.' : '  Looked at',
    ...bullets(looked),
  ].join('\n')}\n`
}

function hitLines(hit: IntelHit, look: Look): string[] {
  const { means, list, matched, name, actor, confidence, ageDays, validUntil, reference } = hit
  const known = actor === null ? null : `${actor.name}${actor.id === null ? '' : ` (${actor.id})`}`
  const called = [known, name === actor?.name ? null : name].filter((part) => part !== null).join(', ')
  const age = ageDays === null ? 'no date' : `${several(Math.round(ageDays), 'day')} from then`
  const until = validUntil === null ? '' : `, valid until ${validUntil.slice(0, 10)}`
  const style = actor !== null || means === 'malicious' ? 'red' : 'cyan'
  return [
    `    ${paint(look, style, means)}  ${percent(confidence)}  ${clipped(list, 60)}: ${matched}${called === '' ? '' : `, ${clipped(called, 200)}`}`,
    paint(look, 'dim', `      ${age}${until}; ${printable(reference)}`),
  ]
}
