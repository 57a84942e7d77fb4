import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { duration } from '../../base/quantity.ts'
import { secondsOf } from '../../base/seconds.ts'
import { noteInCase } from '../../pipeline/respond/case-notes.ts'
import { mostPorts } from '../../respond/guard/guard.ts'
import type { Limits } from '../../respond/guard/limits.ts'
import { canonicalNetwork, prefixOf } from '../../respond/network.ts'
import { proposed } from '../../respond/plan/decide.ts'
import { draftPlans, type Wishes, withRadius } from '../../respond/plan/propose.ts'
import type { Direction, Measure } from '../../respond/respond.ts'
import { hasForgedSource } from '../../store/forged-sources.ts'
import { authorOf } from '../author.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { loginName, usualWishes } from '../respond-site.ts'
import type { PlanSite } from './site.ts'

/** Makes a plan for a case, as it is asked for. */
export async function propose(site: PlanSite): Promise<number> {
  const { invocation, cases, ledger, rest } = site
  const [id] = rest
  if (id === undefined)
    throw new Problem('usage', 'plan propose: for which case?', { hint: 'sweepwatch plan propose CASE' })
  const one = cases.find(id)
  const at = now() / 1000
  const earlier = (network: string) => ledger.earlier(network).count
  const guard = await site.guard()
  const isForged = (network: string) => hasForgedSource(ledger.database, prefixOf(network))
  const drafts = draftPlans(one, wishesOf(site, guard.limits), {
    guard,
    earlier,
    isForged,
    isCovered: () => false,
    now: at,
  })
  const plans = await withRadius(drafts, (networks, scope) => site.blastRadius(one, networks, scope))
  const { terminal } = invocation
  if (plans.length === 0) {
    terminal.out(`case ${one.id}: nothing to contain, it has no source outside\n`)
    return ExitCode.done
  }
  const reason = invocation.text('reason') ?? 'asked for'
  const word = { author: { name: authorOf(invocation), login: loginName(invocation) }, reason, now: at, policy: null }
  for (const entry of ledger.append(plans.map((plan) => proposed(plan, word)))) noteInCase(cases, ledger, entry)
  const { planText } = await import('../../report/respond/plan-text.ts')
  for (const { id: plan } of plans) terminal.out(planText(ledger.find(plan), site.settings.approvals, terminal.outLook))
  return ExitCode.done
}

function wishesOf({ invocation, settings }: PlanSite, { longest }: Limits): Wishes {
  const usual = usualWishes(settings)
  const [protocol, ports] = portsOf(invocation)
  const networks = invocation.list('network').map(networkOf)
  const targets = invocation.list('target')
  for (const name of targets) {
    if (Object.hasOwn(settings.targets, name)) continue
    const hint = `respond.targets of the configuration has: ${Object.keys(settings.targets).join(', ') || 'none'}.`
    throw new Problem('no-such-target', `there is no target ${name}`, { hint })
  }
  const measure = invocation.text('measure') as Measure | undefined
  const direction = invocation.text('direction') as Direction | undefined
  return {
    ...usual,
    protocol,
    ports,
    ...(targets.length > 0 && { targets }),
    ...(networks.length > 0 && { networks }),
    ...(measure && { measure }),
    ...(direction && { direction }),
    ...rateOf(invocation),
    ...limitOf(invocation, longest),
  }
}

function networkOf(text: string): string {
  const network = canonicalNetwork(text)
  const isWritten = !/(^|\.)0\d/.test(text) && (network === undefined || !text.includes('/') || isWhole(text, network))
  if (network !== undefined && isWritten) return network
  throw new Problem('usage', `--network ${text}: no network`, {
    hint: 'Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/64.',
  })
}

/** `203.0.113.88/24` names one address and means 256: a slip is not planned for. */
function isWhole(text: string, network: string): boolean {
  const [host = ''] = text.split('/')
  return canonicalNetwork(host)?.split('/')[0] === network.split('/')[0]
}

/** `tcp/22,80` */
function portsOf(invocation: Invocation): readonly [Wishes['protocol'], readonly number[]] {
  const text = invocation.text('ports')
  if (text === undefined) return ['any', []]
  const [, protocol, list = ''] = /^(tcp|udp)\/([\d,]+)$/.exec(text) ?? []
  const ports = list.split(',').map(Number)
  const isEach = ports.length <= mostPorts && ports.every((port) => port >= 1 && port <= 65_535)
  if (protocol !== undefined && isEach) return [protocol as 'tcp' | 'udp', ports]
  throw new Problem('usage', `--ports ${text}: no ports`, {
    hint: `Write tcp/22 or udp/53,123; at most ${mostPorts}.`,
  })
}

/** `10/20`: packets a second, and how many at once. */
function rateOf(invocation: Invocation): Partial<Wishes> {
  const text = invocation.text('rate')
  if (text === undefined) return {}
  const [, perSecond, burst] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? []
  if (perSecond !== undefined && burst !== undefined)
    return { rate: { perSecond: Number(perSecond), burst: Number(burst) } }
  throw new Problem('usage', `--rate ${text}: no rate`, { hint: 'Write 10/20: ten packets a second, twenty at once.' })
}

function limitOf(invocation: Invocation, longest: number): Partial<Wishes> {
  const text = invocation.text('for')
  if (text === undefined) return {}
  const limit = secondsOf(text)
  if (limit !== undefined && limit > longest) {
    throw new Problem('usage', `--for ${text}: longer than ${duration(1000 * longest)}`, {
      hint: 'The longest is `respond.limits.longest` of the configuration.',
    })
  }
  if (limit !== undefined && limit > 0) return { limit }
  throw new Problem('usage', `--for ${text}: no time`, { hint: 'Write 30m, 4h or 2d.' })
}
