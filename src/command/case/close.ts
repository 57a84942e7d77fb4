import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Problem } from '../../base/problem.ts'
import type { Outcome } from '../../case/case.ts'
import { closeCase, outcomes } from '../../pipeline/cases/case-changes.ts'
import { printable } from '../../report/escape.ts'
import { LedgerStore } from '../../store/ledger-store.ts'
import { signature } from '../author.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import type { ActionSite, CaseAction } from './action.ts'
import { proposal } from './proposal.ts'

/**
 * Closing asks for what was learned and which change of access control it leads to: a person at a terminal is asked, a script gives
 * --lesson and --change. "none" is an answer.
 */
export const close: CaseAction = {
  id: 'close',
  usage: 'ID --as expected|false-alarm|background|resolved|contained --lesson TEXT --change TEXT --reason TEXT',
  about: 'close it, with what was learned',
  async run(site) {
    const { invocation, store, one } = site
    if (one.status !== 'open') throw new Problem('case-status', `case ${one.id} is ${one.status} already`)
    const outcome = outcomeOf(invocation)
    const lesson = await asked(invocation, 'lesson', 'What was learned?')
    const change = await asked(invocation, 'change', 'Which rule or access should change? (none)')
    const closed = closeCase(store, one, signature(invocation), { outcome, lesson, change })
    invocation.terminal.out(`case ${one.id}: closed as ${outcome}\n`)
    if (outcome === 'false-alarm') tell(site)
    if (outcome === 'expected') invocation.terminal.out(await proposal(closed))
    tellOfPlans(site)
    return ExitCode.done
  },
}

function outcomeOf(invocation: Invocation): Outcome {
  const text = invocation.text('as')
  const outcome = outcomes.find((each) => each === text)
  if (outcome) return outcome
  throw new Problem('usage', text === undefined ? 'closed as what?' : `--as ${text}: no such outcome`, {
    hint: `--as is one of ${outcomes.join(', ')}.`,
  })
}

async function asked(invocation: Invocation, option: string, question: string): Promise<string> {
  const given = invocation.text(option)
  if (given !== undefined && given.trim() !== '') return given
  if (process.stdin.isTTY && process.stderr.isTTY) {
    const reader = createInterface({ input: process.stdin, output: process.stderr })
    const answer = (await reader.question(`${question} `)).trim()
    reader.close()
    return answer === '' ? 'none' : answer
  }
  throw new Problem('usage', `closing needs --${option}`, { hint: `${question} Write "none" where there is nothing.` })
}

/** A closed case may leave a block that stands: nobody is kept out by what was found to be harmless, unless somebody wants it so. */
function tellOfPlans({ store, invocation, one }: ActionSite): void {
  for (const { plan, status, until } of new LedgerStore(store.database).list({ caseId: one.id })) {
    if (status === 'approved')
      invocation.terminal.out(
        `Plan ${plan.id} still contains its sources until ${until}: sweepwatch plan revoke ${plan.id}\n`,
      )
    if (status === 'proposed')
      invocation.terminal.out(`Plan ${plan.id} still waits: sweepwatch plan reject ${plan.id}\n`)
  }
}

/** An analyst's word teaches: which terms stood behind false alarms so far. */
function tell({ store, invocation, one }: ActionSite): void {
  const terms = new Set(one.scans.flatMap(({ scan }) => scan.score.terms.map(({ name }) => name)))
  const lines = store
    .tally()
    .filter(({ term }) => terms.has(term))
    .map(
      ({ term, falseAlarms, confirmed }) =>
        `  ${printable(term)}: ${falseAlarms} of ${falseAlarms + confirmed} closed cases were false alarms\n`,
    )
  invocation.terminal.out(`What spoke for it, and how often that was wrong here:\n${lines.join('')}`)
}
