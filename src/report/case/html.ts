import { page } from '../html/page.ts'
import type { CaseExport } from './case.ts'
import { decisionCard, heading } from './html/decision.ts'
import { relatedCard, signCard } from './html/followed.ts'
import { historyCard, recordCard, stepCard } from './html/history.ts'
import { hostCard, weaknessCard } from './html/hosts.ts'
import { intelligenceCard, techniqueCard } from './html/intelligence.ts'
import { text } from './html/parts.ts'
import { patternCard, permissionCard, questionCard } from './html/questions.ts'
import { scanCards } from './html/scans.ts'
import { caseStyle } from './html/style.ts'

/** A case as a self-contained page in the order of the runbook: to read, to mail, to print. */
export default {
  id: 'html',
  title: 'HTML report',
  about: 'for people: the whole case in the order of the runbook; prints on A4',
  extension: 'html',
  mediaType: 'text/html',
  render(theCase, { program }) {
    const { triage } = theCase
    const cards = [
      heading(theCase),
      decisionCard(theCase),
      ...(triage
        ? [
            questionCard(triage),
            permissionCard(triage),
            patternCard(triage),
            signCard(theCase, triage),
            hostCard(triage),
            weaknessCard(triage),
            intelligenceCard(triage),
            relatedCard(triage),
          ]
        : []),
      stepCard(theCase, program),
      scanCards(theCase),
      ...(triage ? [techniqueCard(triage)] : []),
      recordCard(theCase),
      historyCard(theCase),
    ]
    return page(`Case ${text(theCase.id, 80)}`, cards.filter((part) => part !== '').join('\n'), caseStyle)
  },
} satisfies CaseExport
