import type { RelatedTechnique, SignKind } from '../case/case.ts'
import { servicesFound } from '../case/services-found.ts'
import type { Judged } from './facts.ts'
import { isHitList } from './hit-list.ts'

const remoteKinds: readonly SignKind[] = ['login', 'guessing', 'session']
/** Services for working on a machine from afar: SSH, telnet, RDP, VNC, WinRM, TeamViewer, winbox; IPsec, OpenVPN, L2TP, PPTP, WireGuard. */
const remotePorts = new Set([
  22, 23, 2222, 3389, 5900, 5901, 5938, 5985, 5986, 8291, 500, 4500, 1194, 1701, 1723, 51_820,
])

/** A login that a log tells without a port was to the machine. */
function isRemoteAccess(port: number | null): boolean {
  return port === null || remotePorts.has(port)
}

/** Techniques that T1595.001 feeds (requirement D11), each with what was seen of it here, or why it cannot be. */
export function techniquesOf(facts: Judged): RelatedTechnique[] {
  const { signs, scans } = facts
  const open = servicesFound(scans).length
  const banner = scans.some(({ methods }) => methods.includes('banner'))
  const got = signs.filter(({ kind, port }) => remoteKinds.includes(kind) && isRemoteAccess(port))
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
    ...later(facts, 'outbound-volume', 'T1048', 'Exfiltration Over Alternative Protocol', 'Perhaps: '),
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

/** @param doubt said before what was seen, where it may have been something else */
function later({ signs }: Judged, kind: SignKind, id: string, name: string, doubt = ''): RelatedTechnique[] {
  const found = signs.filter((sign) => sign.kind === kind)
  if (found.length === 0) return []
  return [{ id, name, state: 'seen', because: found.slice(0, 4).map(({ text }) => `${doubt}${text}`) }]
}
