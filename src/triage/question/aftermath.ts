import { duration, several } from '../../base/quantity.ts'
import type { Sign } from '../../case/case.ts'
import { servicesFound } from '../../case/services-found.ts'
import { compromise } from '../compromise.ts'
import type { Judged } from '../facts.ts'
import { type Question, said } from './question.ts'

/** Less sure signs are told, and leave the answer open. */
const enough = 0.5

export default {
  id: 'Q4',
  text: 'Are there any signs of data exfiltration or lateral movement following the scans?',
  answer(facts) {
    const signs = facts.signs.filter(({ kind }) => compromise.includes(kind))
    const before = facts.signs.filter(({ kind }) => !compromise.includes(kind))
    const { looked, missing } = seen(facts)
    const evidence = [...signs, ...before].flatMap((sign) => sign.evidence).slice(0, 32)
    const strong = signs.filter(({ confidence }) => confidence >= enough)
    if (strong.length > 0) {
      const because = [...strong, ...before].map(({ text }) => text).slice(0, 24)
      return said('yes', surest(strong), { because, evidence, looked, wouldTell: missing })
    }
    const answered = servicesFound(facts.scans).length
    const attempts = before.map(({ text }) => text).slice(0, 12)
    if (answered === 0 && attempts.length === 0) {
      const hidden = facts.scans.some(({ outcomes }) => outcomes.unknown > 0)
      if (!hidden)
        return said('no', 0.9, {
          because: ['Nothing answered the scan, so there was nothing to follow it up on.'],
          looked,
        })
      const because = ['No service is known to have answered, but these logs do not tell what became of every probe.']
      return said('unknown', 0.5, { because, looked, wouldTell: missing })
    }
    if (missing.length === 0 && signs.length === 0) {
      return said('no', 0.7, {
        because: ['No touched system did anything afterwards that it did not do before.', ...attempts],
        evidence,
        looked,
      })
    }
    const because = [
      signs.length > 0
        ? 'There are weak signs only.'
        : 'Nothing was seen, but part of it could not be seen from these logs.',
      ...signs.map(({ text }) => text).slice(0, 8),
      ...attempts,
    ]
    return said('unknown', 0.5, { because, evidence, looked, wouldTell: missing })
  },
} satisfies Question

function surest(signs: readonly Sign[]): number {
  return Math.round(1000 * (1 - signs.reduce((left, { confidence }) => left * (1 - confidence), 1))) / 1000
}

/** What could be seen of what may follow, and which log would show what could not. */
function seen({ activity, scans, baseline, end, first }: Judged): { looked: string[]; missing: string[] } {
  const looked: string[] = []
  const missing: string[] = []
  const touched = [...new Set(scans.flatMap(({ open }) => open.map(({ address }) => address)))].slice(0, 64)
  const outbound = touched.some((host) => activity.contacts(host, 'src').length > 0)
  if (outbound) looked.push('what the touched systems contacted themselves')
  else missing.push('flows or captures of what the touched systems contact (outbound and inside)')
  looked.push(`${duration(Math.max(0, end - first) / 1000)} from the first probe on`)
  for (const [kind, log] of [
    ['auth', 'logins of the touched systems (sshd, Windows 4624/4625, VPN)'],
    ['alert', 'alerts of an IDS that sees this traffic'],
    ['process', 'endpoint records (Sysmon, auditd, osquery) of the touched systems'],
  ] as const) {
    const count = activity.seen(kind)
    if (count > 0) looked.push(`${several(count, `${kind} record`)}`)
    else missing.push(log)
  }
  if (baseline.days > 0) looked.push(`what was usual in ${several(Math.floor(baseline.days), 'day')} before`)
  else missing.push('a past to compare with (--state): what is usual for these systems')
  if (activity.forgotten > 0)
    missing.push(`a shorter input: ${several(activity.forgotten, 'record')} found no room and could not be asked`)
  return { looked, missing }
}
