import { listed, several } from '../../base/quantity.ts'
import { fourSpace, sixSpace } from '../address-span.ts'
import { everyPort, everyProtocol, type Match } from '../match.ts'
import { amount, covers } from '../spans.ts'
import type { Level, Reason } from './finding.ts'
import type { Opening } from './opening.ts'
import { type RemoteService, remoteServices } from './remote-services.ts'

/** Ports that one rule opens to the world before it is called wide. */
const manyPorts = 100

/** What an opening to the world says against a rule. */
export function openReasons({ rule, matches, unsure }: Opening): readonly Reason[] {
  const condition = unsure.length === 0 ? '' : ` (if ${listed(unsure)} faces the world; --outside tells which do)`
  const told = rule.service === undefined ? [] : [rule.service]
  const open = [...told, ...remoteServices.filter((service) => matches.some((match) => lets(match, service)))]
  const isAll = matches.some(isEverything)
  // An interface of which it is not known where it leads is most often the inner one.
  const level = unsure.length === 0 ? 'high' : 'medium'
  return [
    ...(isAll
      ? [
          {
            kind: 'any-any',
            level,
            text: `Lets every protocol and port in from anywhere${condition}.`,
          } as const,
        ]
      : []),
    ...(isAll ? [] : wideReasons(matches, condition)),
    ...remoteReasons(open, condition, isAll, level),
  ]
}

function isEverything({ protocols, targetPorts }: Match): boolean {
  return covers(protocols, everyProtocol) && covers(targetPorts, everyPort)
}

function wideReasons(matches: readonly Match[], condition: string): readonly Reason[] {
  const widest = Math.max(...matches.filter(isPorted).map(({ targetPorts }) => amount(targetPorts)), 0)
  const where = matches.some(isEveryTarget) ? 'on every address' : ''
  if (widest <= manyPorts) return []
  return [
    {
      kind: 'too-wide',
      level: 'medium',
      text: `Opens ${several(widest, 'port')} to the world${where === '' ? '' : `, ${where}`}${condition}.`,
    },
  ]
}

function isPorted({ protocols }: Match): boolean {
  return protocols.some(([from, to]) => (from <= 6 && to >= 6) || (from <= 17 && to >= 17))
}

type Named = Pick<RemoteService, 'name' | 'isVpn'>

function remoteReasons(open: readonly Named[], condition: string, isAll: boolean, level: Level): readonly Reason[] {
  const [vpn, admin] = [open.filter(({ isVpn }) => isVpn), open.filter(({ isVpn }) => !isVpn)]
  const names = (services: readonly Named[]) =>
    listed(
      services.map(({ name }) => name),
      8,
    )
  return [
    ...(admin.length > 0
      ? [{ kind: 'remote-access', level, text: `Opens ${names(admin)} to the world${condition}.` } as const]
      : []),
    ...(vpn.length > 0 && !isAll
      ? [
          {
            kind: 'vpn',
            level: 'note',
            text: `Opens ${names(vpn)} to the world${condition}; a VPN is meant to be.`,
          } as const,
        ]
      : []),
  ]
}

function lets({ protocols, targetPorts }: Match, { protocol, ports }: RemoteService): boolean {
  const has = (spans: Match['protocols'], number: number) => spans.some(([from, to]) => number >= from && number <= to)
  return has(protocols, protocol) && ports.some((port) => has(targetPorts, port))
}

function isEveryTarget({ targets }: Match): boolean {
  return covers(targets, fourSpace) || covers(targets, sixSpace)
}
