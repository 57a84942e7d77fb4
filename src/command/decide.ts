import { Problem } from '../base/problem.ts'
import type { Decision } from '../case/case.ts'
import { jsonLine, printable } from '../report/escape.ts'
import { paint } from '../report/look.ts'
import { type DecisionFacts, rules } from '../triage/rules.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption, stateOption, withCases } from './state-directory.ts'

export default {
  id: 'decide',
  about: 'Say how a case was decided: the rule, the facts it read, what would turn it round.',
  examples: [
    { line: 'sweepwatch decide 6fd7d8', about: 'escalate, monitor or close, and why' },
    {
      line: 'sweepwatch decide --explain 6fd7d8',
      about: 'every rule of the table: which applies, and which would be next',
    },
  ],
  argument: { name: '<ID>', about: 'the case', completes: 'none' },
  options: [
    stateOption,
    configOption,
    { flags: '--explain', about: 'every rule in its order' },
    { flags: '--json', about: 'one JSON object' },
  ],
  async run(invocation) {
    return withCases(invocation, (store) => {
      const one = store.find(invocation.words[0] ?? '')
      const { terminal } = invocation
      const { decision } = one
      if (decision === null) throw new Problem('case-status', `case ${one.id} has not been triaged yet`)
      if (invocation.flag('json')) {
        terminal.out(`${jsonLine({ type: 'decision', case: one.id, ...decision })}\n`)
        return ExitCode.done
      }
      const look = terminal.outLook
      const lines = [
        `${paint(look, 'bold', `${decision.decision}  ${decision.rule}: ${decision.title}`)}  (confidence ${Math.round(100 * decision.confidence)}%)`,
        ...decision.because.map((because) => `  • ${printable(because)}`),
        'What would turn it round',
        ...decision.reverse.map((reverse) => `  • ${printable(reverse)}`),
        'What the rules read',
        ...Object.entries(decision.facts).map(([name, value]) => `  ${name.padEnd(14)} ${value}`),
        ...(invocation.flag('explain') ? ['The table', ...table(decision)] : []),
      ]
      terminal.out(`${lines.join('\n')}\n`)
      return ExitCode.done
    })
  },
} satisfies CommandSpec

/** The rules in their order; those behind the one that decides would apply if it did not. */
function table({ rule: decided, facts }: Decision): string[] {
  return rules.map(({ id, title, decision, applies }) => {
    // The facts are those of `DecisionFacts`, as they were written into the case.
    const sure = applies(facts as unknown as DecisionFacts)
    const state = id === decided ? 'decides' : sure > 0 ? `next (${Math.round(100 * sure)}%)` : 'does not apply'
    return `  ${state.padEnd(14)}  ${id.padEnd(12)}  ${decision.padEnd(8)}  ${title}`
  })
}
