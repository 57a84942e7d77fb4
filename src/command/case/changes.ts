import { Problem } from '../../base/problem.ts'
import { printable } from '../../report/escape.ts'
import { signed } from '../author.ts'
import { ExitCode } from '../exit-code.ts'
import type { ActionSite, CaseAction } from './action.ts'
import { offerToTell } from './offer.ts'

/** Prints what was changed. */
function say({ invocation, one }: ActionSite, what: string): number {
  invocation.terminal.out(`case ${one.id}: ${printable(what)}\n`)
  return ExitCode.done
}

export const note: CaseAction = {
  id: 'note',
  usage: 'ID TEXT…',
  about: 'add a note',
  async run(site) {
    const text = site.rest.join(' ').trim()
    if (text === '') throw new Problem('usage', 'nothing to note', { hint: 'sweepwatch case note ID what you found' })
    if (site.one.status === 'merged') refuseUnlessOpen(site)
    site.store.append(site.one.id, [signed(site.invocation, { kind: 'noted', text }, 'a note')])
    return say(site, 'noted')
  },
}

export const assign: CaseAction = {
  id: 'assign',
  usage: 'ID NAME',
  about: 'say who works on it',
  async run(site) {
    const [to] = site.rest
    if (to === undefined) throw new Problem('usage', 'assigned to whom?', { hint: 'sweepwatch case assign ID NAME' })
    site.store.append(site.one.id, [signed(site.invocation, { kind: 'assigned', to }, 'assigned')])
    return say(site, `assigned to ${to}`)
  },
}

export const escalate: CaseAction = {
  id: 'escalate',
  usage: 'ID [TO] --reason TEXT',
  about: 'hand it to tier 2, whatever the rules say',
  async run(site) {
    const [to = 'tier 2'] = site.rest
    refuseUnlessOpen(site)
    await offerToTell(site, site.store.append(site.one.id, [signed(site.invocation, { kind: 'escalated', to })]))
    return say(site, `escalated to ${to}`)
  },
}

export const reopen: CaseAction = {
  id: 'reopen',
  usage: 'ID --reason TEXT',
  about: 'open a closed case again',
  async run(site) {
    if (site.one.status === 'merged') refuseUnlessOpen(site)
    if (site.one.status !== 'closed')
      throw new Problem('case-status', `case ${site.one.id} is ${site.one.status}, not closed`)
    site.store.append(site.one.id, [signed(site.invocation, { kind: 'reopened' })])
    return say(site, 'open again')
  },
}

export const merge: CaseAction = {
  id: 'merge',
  usage: 'ID INTO --reason TEXT',
  about: 'put its scans into another case: both are by one actor',
  async run(site) {
    const { store, one, invocation, rest } = site
    const [into] = rest
    if (into === undefined)
      throw new Problem('usage', 'merge into which case?', { hint: 'sweepwatch case merge ID INTO --reason TEXT' })
    const other = store.find(into)
    refuseUnlessOpen(site)
    if (other.id === one.id) throw new Problem('usage', `${one.id} cannot be merged into itself`)
    refuseUnlessOpen({ one: other })
    const taken = signed(invocation, { kind: 'merged', from: one.id })
    const scans = one.scans.map(({ scan }) => ({
      ...taken,
      body: { kind: 'scan' as const, scan, joined: `merged from case ${one.id} by ${taken.author}: ${taken.reason}` },
    }))
    const accomplices = one.accomplices.map((accomplice) => ({
      ...taken,
      body: { kind: 'accomplice' as const, accomplice },
    }))
    const notes = one.history.filter(({ body }) => body.kind === 'noted')
    store.appendAll([
      { id: other.id, entries: [taken, ...scans, ...accomplices, ...notes] },
      { id: one.id, entries: [{ ...taken, body: { kind: 'merged-into', into: other.id } }] },
    ])
    return say(site, `merged into ${other.id}`)
  },
}

function refuseUnlessOpen({ one }: Pick<ActionSite, 'one'>): void {
  if (one.status === 'open') return
  throw new Problem('case-status', `case ${one.id} is ${one.status}`, {
    hint: one.status === 'merged' ? `Its scans are in case ${one.mergedInto}: work on that one.` : 'Reopen it first.',
  })
}
