import { everyAddress, spanOfMask, spanOfText } from '../../address-span.ts'
import { anything, both, type Match } from '../../match.ts'
import type { Rule } from '../../ruleset.ts'
import { addresses, ports, protocols } from '../fragments.ts'

const transport = (protocol: number, ...numbers: number[]): Match =>
  both(
    protocols([protocol]),
    ports(
      'targetPorts',
      numbers.map((n) => [n, n]),
    ),
  ) as Match

const told: Readonly<Record<string, NonNullable<Rule['service']>>> = {
  http: { name: 'management over HTTPS (ASDM)', isVpn: false },
  webvpn: { name: 'SSL VPN', isVpn: true },
}

const services: Readonly<Record<string, Match>> = {
  ssh: transport(6, 22),
  telnet: transport(6, 23),
  http: transport(6, 443),
  webvpn: transport(6, 443),
  crypto: transport(17, 500, 4500),
}

/**
 * Access to the device itself, which no access list is asked for: `ssh 192.0.2.0 255.255.255.0 inside`, `telnet`, `http` (the device's
 * management, on 443 unless it says else), `webvpn` with `enable outside` (SSL VPN), `crypto ikev2 enable outside`.
 */
export function managementRule(text: string, site: Pick<Rule, 'chain' | 'index' | 'line'>): Rule | undefined {
  const words = text.split(/\s+/)
  const kind = words[0] as string
  const service = services[kind]
  const enabled = words.indexOf('enable')
  const name = enabled < 0 ? words[3] : words[enabled + 1]
  const span =
    enabled < 0
      ? words[1]?.includes('/')
        ? spanOfText(words[1])
        : spanOfMask(words[1] ?? '', words[2] ?? '')
      : undefined
  if (service === undefined || name === undefined || (enabled < 0 && span === undefined)) return undefined
  const from = span === undefined ? anything : addresses('sources', [span], false, everyAddress)
  const match = both(both(service, from) ?? service, { ...anything, incoming: { names: [name], isNegated: false } })
  if (match === undefined) return undefined
  return {
    ...site,
    branches: [{ match, action: { kind: 'accept' } }],
    text,
    comment: '',
    labels: [],
    notUnderstood: [],
    ...(Object.hasOwn(told, kind) && { service: told[kind] as NonNullable<Rule['service']> }),
    words,
  }
}
