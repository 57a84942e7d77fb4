import { listed, several } from '../../base/quantity.ts'
import type { IntelHit } from '../../intel/intel.ts'
import type { Judged, PastCase } from '../facts.ts'
import { type Question, said } from './question.ts'

/** What is less sure than this is told and does not answer. */
const enough = 0.5

export default {
  id: 'Q3',
  text: 'Does the source IP have a history of malicious activity?',
  answer(facts) {
    const bad = maliciousHits(facts)
    const strong = bad.filter(({ confidence }) => confidence >= enough)
    const own = facts.history.cases.filter(({ alike, outcome, decision }) => {
      const wasHostile = decision === 'escalate' && outcome !== 'expected' && outcome !== 'false-alarm'
      return wasHostile && alike.some((each) => each.startsWith('the same source'))
    })
    const looked = [
      ...new Set(facts.dossiers.flatMap(({ looked }) => looked)),
      facts.history.since === null
        ? 'no memory that reaches back a day (--state)'
        : `own cases since ${facts.history.since.slice(0, 10)}`,
    ].slice(0, 24)
    const because = [
      ...bad.slice(0, 8).map(sentence),
      ...own
        .slice(0, 4)
        .map(({ id, last }) => `It was escalated before, in case ${id} (last active ${last.slice(0, 10)}).`),
    ]
    if (strong.length > 0 || own.length > 0) {
      return said('yes', Math.max(0, ...own.map(sureness), ...strong.map(({ confidence }) => confidence)), {
        because,
        looked,
      })
    }
    const hasLists = facts.dossiers.some(({ looked }) =>
      looked.some((line) => /^(list |\d[\d,]* more lists?)/.test(line)),
    )
    if (bad.length > 0) {
      return said('unknown', 0.5, {
        because: [...because, 'What is said is too old or too unsure to answer.'],
        looked,
        wouldTell: ['a newer intelligence list'],
      })
    }
    if (!hasLists && facts.history.since === null) {
      const wouldTell = ['intelligence lists (`intel:` in sweepwatch.yaml)', 'a memory of earlier scans (--state)']
      return said('unknown', 0.5, { because: ['Neither lists nor a memory were there to ask.'], looked, wouldTell })
    }
    const asked = hasLists
      ? `None of the lists names ${listed(facts.sources)}`
      : `Nothing is held against ${listed(facts.sources)} since ${facts.history.since?.slice(0, 10)}`
    return said('no', hasLists && facts.history.since !== null ? 0.8 : 0.6, { because: [`${asked}.`], looked })
  },
} satisfies Question

/** What somebody confirmed weighs more than what rules decided. */
function sureness({ outcome }: PastCase): number {
  return outcome === null ? 0.7 : 0.9
}

/** What lists hold against the sources, surest first. */
export function maliciousHits({ dossiers }: Judged): IntelHit[] {
  return dossiers
    .flatMap(({ hits }) => hits)
    .filter(({ means, actor }) => means === 'malicious' || actor !== null)
    .sort((x, y) => y.confidence - x.confidence)
}

function sentence({ list, matched, actor, name, ageDays, confidence }: IntelHit): string {
  const who = actor ? `${actor.name}${actor.id ? ` (${actor.id})` : ''}` : name
  const age = ageDays === null ? '' : `, ${several(Math.round(ageDays), 'day')} from then`
  return `${list} lists ${matched}${who ? ` as ${who}` : ''}${age}, confidence ${Math.round(100 * confidence)}%.`
}
