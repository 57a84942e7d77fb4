import { Problem } from '../../base/problem.ts'
import { assignCase, escalateCase, mergeCase, noteCase, reopenCase } from '../../pipeline/cases/case-changes.ts'
import { printable } from '../../report/escape.ts'
import { signature } from '../author.ts'
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
    noteCase(site.store, site.one, signature(site.invocation, 'a note'), text)
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
    assignCase(site.store, site.one, signature(site.invocation, 'assigned'), to)
    return say(site, `assigned to ${to}`)
  },
}

export const escalate: CaseAction = {
  id: 'escalate',
  usage: 'ID [TO] --reason TEXT',
  about: 'hand it to tier 2, whatever the rules say',
  async run(site) {
    const [to = 'tier 2'] = site.rest
    await offerToTell(site, escalateCase(site.store, site.one, signature(site.invocation), to))
    return say(site, `escalated to ${to}`)
  },
}

export const reopen: CaseAction = {
  id: 'reopen',
  usage: 'ID --reason TEXT',
  about: 'open a closed case again',
  async run(site) {
    reopenCase(site.store, site.one, signature(site.invocation))
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
    mergeCase(store, one, signature(invocation), other)
    return say(site, `merged into ${other.id}`)
  },
}
