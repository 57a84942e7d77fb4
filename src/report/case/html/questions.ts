import { percent } from '../../../base/quantity.ts'
import type { Answer, Triage } from '../../../case/case.ts'
import { permissionText } from '../sentences.ts'
import { bullets, card, evidenceList, said, text } from './parts.ts'

/** The runbook's questions in its order, each with its answer. */
export function questionCard({ answers }: Triage): string {
  return card('Questions for analysis', answers.map(question).join('\n'))
}

function question({ question, text: asked, answer, confidence, because, evidence, looked, wouldTell }: Answer): string {
  return `<section class="question">
<h3><span class="ask">${text(question)}</span> ${text(asked, 400)}</h3>
<p class="answer"><span class="pill ${answer}">${answer}</span> confidence ${percent(confidence)}</p>
${bullets(because)}
${evidenceList(evidence)}
${said('Looked at', looked)}
${said('What would tell', wouldTell)}
</section>`
}

/** Requirement A1, where an entry names a source. */
export function permissionCard({ allowed }: Triage): string {
  if (allowed === null) return ''
  const { inScope, because } = allowed
  return card(
    inScope ? 'Allowlisted, inside its scope' : 'Allowlisted, but outside its scope',
    `<p>${text(permissionText(allowed))}</p>${bullets(because)}`,
  )
}

/** Requirement A2. */
export function patternCard({ patterns }: Triage): string {
  const items = patterns.map(
    ({ name, purpose, because, references }) => `<h3>${text(name, 200)}</h3>
<p>${text(purpose, 400)}</p>
${bullets(because)}${said('Described in', references)}`,
  )
  return card('Patterns that go with malice', items.join('\n'))
}
