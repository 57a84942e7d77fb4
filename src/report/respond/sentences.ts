import { count, duration, listed, moment, several } from '../../base/quantity.ts'
import type { LedgerBody, LedgerEntry } from '../../respond/ledger/entry.ts'
import type { PlanState } from '../../respond/ledger/fold.ts'
import { shortNetwork } from '../../respond/network.ts'
import type { BlastRadius, Plan } from '../../respond/plan/plan.ts'

/** What a plan does, in one sentence: `block 203.0.113.7, all ports, what comes from it, for 4 h, at edge`. */
export function planSentence(plan: Plan): string {
  const { networks, refused, targets } = plan
  if (networks.length === 0) return `nothing is left to contain: ${several(refused.length, 'network')} refused`
  return `${measureSentence(plan)}, ${targets.length === 0 ? 'nowhere: no target is configured' : `at ${listed(targets)}`}`
}

/** What it does, without where. */
export function measureSentence({ measure, rate, networks, ports, protocol, direction, limit }: Plan): string {
  const what = listed(networks.map(({ network }) => shortNetwork(network)))
  const doing =
    measure === 'block' || rate === null
      ? 'block'
      : `slow to ${rate.perSecond} packets a second (${rate.burst} at once)`
  const scope = ports.length === 0 ? 'all ports' : `${protocol} ${listed(ports.map(String), 8)}`
  const way = { in: 'what comes from it', out: 'what goes to it', both: 'both directions' }[direction]
  return `${doing} ${what}, ${scope}, ${way}, for ${duration(1000 * limit)}`
}

/** What a plan would have cost in the last days. */
export function radiusSentence(radius: BlastRadius | null): string {
  if (radius === null) return 'Not known: there is no archive to ask (archive: in the configuration).'
  const days = Math.round((Date.parse(radius.to) - Date.parse(radius.from)) / 86_400_000)
  if (radius.connections === 0) return `Nothing: no answered connection in the ${days} days before the scan.`
  return (
    `${several(radius.connections, 'answered connection')} in the ${days} days before the scan would have been cut, ` +
    `of ${several(radius.others, 'address', 'addresses')} outside with ${several(radius.ours, 'address', 'addresses')} of ours.`
  )
}

/** Where a plan stands, in a few words. */
export function statusSentence(state: PlanState, needed: number): string {
  const { status, approvals, until } = state
  switch (status) {
    case 'proposed': {
      if (state.plan.networks.length === 0) return 'nothing is left to contain'
      const left = needed - approvals.length
      return approvals.length === 0
        ? `waits for ${several(left, 'approval')}`
        : `approved by ${approvals[0]?.name}; waits for ${several(left, 'more approval')}`
    }
    case 'approved':
      return `approved by ${listed(approvals.map(approver))}, until ${moment(until ?? '')}`
    case 'rejected':
      return 'rejected'
    case 'revoked':
      return 'revoked'
    case 'ended':
      return 'its time is over'
  }
}

function approver({ name, policy }: { readonly name: string; readonly policy: string | null }): string {
  return policy === null ? name : `rule ${policy}`
}

/** What an entry of the ledger says, in one sentence. */
export function entrySentence({ body, reason }: Pick<LedgerEntry, 'body' | 'reason'>): string {
  return `${bodySentence(body)}${isSaidAlready(body) ? '' : `: ${reason}`}`
}

function isSaidAlready({ kind }: LedgerBody): boolean {
  return kind === 'applied' || kind === 'failed' || kind === 'judged' || kind === 'refused' || kind === 'restored'
}

function bodySentence(body: LedgerBody): string {
  switch (body.kind) {
    case 'proposed':
      return `proposed: ${planSentence(body.plan)}`
    case 'approved':
      return body.until === null
        ? 'approved, one more has to'
        : `approved until ${moment(body.until)}${body.policy === null ? '' : ` by rule ${body.policy}`}`
    case 'rejected':
    case 'revoked':
      return body.kind
    case 'reapplied':
      return `shall stand again at ${body.target}`
    case 'refused':
      return `the guard keeps ${shortNetwork(body.network)} out: ${body.refusals.join('; ')}`
    case 'applied':
      return `${body.target}: ${body.outcome === 'handed-over' ? 'handed to a person' : body.outcome}, ${several(body.blocks, 'block')} (${body.detail})`
    case 'released':
      return `${body.target}: taken away (${body.detail})`
    case 'failed':
      return `${body.target} FAILED: ${body.error}`
    case 'judged':
      return `${body.target}: ${body.phase === 'block' ? '' : 'release '}${body.proof === 'contradicted' ? 'CONTRADICTED' : body.proof}: ${body.because}`
    case 'drift':
      return `${body.target} was changed by others: ${driftText(body.drift)}`
    case 'restored':
      return `${body.target} had lost what it was given: ${several(body.blocks, 'block')} put back`
    case 'held':
      return `${body.target}: ${listed(body.networks.map(shortNetwork))} taken away by others, and left so`
  }
}

function driftText({
  counts,
  missing,
  foreign,
  changed,
  strange,
}: Extract<LedgerBody, { kind: 'drift' }>['drift']): string {
  const part = (number: number, word: string, networks: readonly string[]) =>
    number === 0 ? [] : [`${count(number)} ${word} (${listed(networks.map(shortNetwork))})`]
  const parts = [
    ...part(counts.missing, 'missing', missing),
    ...part(counts.foreign, 'not ours', foreign),
    ...part(counts.changed, 'changed', changed),
    ...strange,
  ]
  return parts.length === 0 ? 'its table or sets are gone' : parts.join(', ')
}
