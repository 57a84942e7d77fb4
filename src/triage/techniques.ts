import type { RelatedTechnique, SignKind } from '../case/case.ts'
import type { Judged } from './facts.ts'
import { isHitList } from './hit-list.ts'

/** Techniques that T1595.001 feeds (requirement D11), each with what was seen of it here, or why it cannot be. */
export function techniquesOf(facts: Judged): RelatedTechnique[] {
  const { signs, scans } = facts
  const open = scans.reduce((sum, scan) => sum + scan.open.length, 0)
  const banner = scans.some(({ methods }) => methods.includes('banner'))
  const got = signs.filter(({ kind }) => kind === 'login' || kind === 'guessing' || kind === 'session')
  const exploits = signs.filter(({ kind }) => kind === 'exploit')
  return [
    {
      id: 'T1590',
      name: 'Gather Victim Network Information',
      state: 'seen',
      because: [
        `The scan itself: ${open} ${open === 1 ? 'service' : 'services'} answered${banner ? ', and banners were read' : ''}.`,
      ],
    },
    hidden(
      'T1593',
      'Search Open Websites/Domains',
      "It happens on other people's sites; only visits to our own web pages would be logged, and nothing tells them from others.",
    ),
    hidden(
      'T1596',
      'Search Open Technical Databases',
      'Who asks Shodan, Censys or certificate logs about us is not told to us. A scan of live targets only hints at it.',
      facts.scans.some(isHitList),
    ),
    hidden('T1587', 'Develop Capabilities', "It happens at the adversary's."),
    hidden('T1588', 'Obtain Capabilities', "It happens at the adversary's; tools named here are public."),
    remote(got, facts.activity.seen('auth') > 0),
    ...(exploits.length > 0
      ? [
          {
            id: 'T1190',
            name: 'Exploit Public-Facing Application',
            state: 'seen' as const,
            because: exploits.slice(0, 4).map(({ text }) => text),
          },
        ]
      : []),
    ...later(facts, 'guessing', 'T1110', 'Brute Force'),
    ...later(facts, 'outbound-volume', 'T1048', 'Exfiltration Over Alternative Protocol'),
    ...later(facts, 'inside-scan', 'T1046', 'Network Service Discovery'),
    ...later(facts, 'admin-pair', 'T1021', 'Remote Services'),
  ]
}

function hidden(id: string, name: string, why: string, hint = false): RelatedTechnique {
  return { id, name, state: 'not-observable', because: [hint ? `${why} Here the targets were known before.` : why] }
}

function remote(signs: Judged['signs'], hasLogins: boolean): RelatedTechnique {
  const name = 'External Remote Services'
  if (signs.length > 0) return { id: 'T1133', name, state: 'seen', because: signs.slice(0, 4).map(({ text }) => text) }
  if (hasLogins)
    return { id: 'T1133', name, state: 'not-seen', because: ['The login records show none by these sources.'] }
  return { id: 'T1133', name, state: 'not-observable', because: ['No login records were read.'] }
}

function later({ signs }: Judged, kind: SignKind, id: string, name: string): RelatedTechnique[] {
  const found = signs.filter((sign) => sign.kind === kind)
  return found.length === 0 ? [] : [{ id, name, state: 'seen', because: found.slice(0, 4).map(({ text }) => text) }]
}
