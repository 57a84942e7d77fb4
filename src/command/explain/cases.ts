import { questions } from '../../triage/question/registry.ts'
import { rules } from '../../triage/rules.ts'
import { signTexts } from '../../triage/sign/about.ts'
import type { Entry } from './entries.ts'

/** Rules of the decision table, questions of the runbook, and what may follow a scan. */
export const caseEntries: readonly Entry[] = [
  ...rules.map(({ id, title, decision, reverse }) => ({
    name: id,
    kind: 'decision rule',
    about: [`${title}: ${decision}.`, `What would turn it round: ${reverse.join(' ')}`],
  })),
  ...questions.map(({ id, text }) => ({ name: id, kind: 'question of the runbook', about: [text] })),
  ...Object.entries(signTexts).map(([name, about]) => ({ name, kind: 'sign after a scan', about: [about] })),
]
