import type { Sign, Triage } from '../case/case.ts'
import { decide, decisionFacts, type RuleChanges, reasonsFrom } from './decide.ts'
import type { Facts, Judged } from './facts.ts'
import { earlierOf, keptRelated, keptSigns } from './kept.ts'
import aftermath from './question/aftermath.ts'
import { relatedTo } from './related.ts'
import type { DecisionFacts } from './rules.ts'
import { signsOf } from './sign/registry.ts'
import { techniquesOf } from './techniques.ts'
import { touchedBy } from './touched.ts'

/** A sign that is less sure brings no case up: every host opens connections that are new to it, for thirty days. */
const enough = 0.5
/** A transfer is told anew when it has grown so much. */
const grown = 2

/** What the watched hosts of a case did, and the runbook carried out anew on it. */
export interface WatchedNews {
  readonly triage: Triage
  /** Signs that were not known; none where only those that were have grown. */
  readonly signs: readonly Sign[]
}

/**
 * Asks what followed a scan of an input that does not show the scan itself. Of the questions only Q4 is asked again, and of the decision's facts only those
 * of the signs are new: what these logs do not show of the scan stays as it was said when they did.
 *
 * @param facts `earlier` is what was said of the case then
 * @param isWatched whether a host was watched at a time (ISO 8601)
 * @returns undefined where nothing is new
 */
export function triageWatched(
  facts: Facts & { readonly earlier: Triage },
  isWatched: (host: string, at: string) => boolean,
  changes: RuleChanges = {},
): WatchedNews | undefined {
  const { earlier } = facts
  const seen = signsOf(facts).filter(({ host, first }) => isWatched(host, first))
  const strong = seen.filter(({ confidence }) => confidence >= enough)
  const isMore = (sign: Sign) => {
    const old = earlierOf(sign, earlier.signs)
    return old !== undefined && (sign.bytesOut > grown * old.bytesOut + 4096 || sign.confidence > old.confidence + 0.1)
  }
  const signs = strong.filter((sign) => earlierOf(sign, earlier.signs) === undefined)
  if (signs.length === 0 && !strong.some(isMore)) return undefined
  const judged: Judged = { ...facts, signs: keptSigns(seen, earlier.signs) }
  const answers = earlier.answers.map((answer) =>
    answer.question === aftermath.id ? { ...answer, ...aftermath.answer(judged) } : answer,
  )
  const touched = touchedBy(judged)
  const { compromise, exploitation } = decisionFacts(judged, answers)
  const decisionOf = { ...(earlier.decision.facts as unknown as DecisionFacts), compromise, exploitation }
  const triage: Triage = {
    ...earlier,
    answers,
    signs: judged.signs,
    related: keptRelated(relatedTo(judged), earlier.related),
    touched: touched.hosts,
    touchedOmitted: touched.omitted,
    techniques: techniquesOf(judged),
    decision: decide(decisionOf, reasonsFrom(answers, judged), changes),
  }
  return { triage, signs }
}
