import type { CaseScan } from '../../case/case.ts'
import { z } from '../../config/zod.ts'
import { Score, shares } from '../../detect/judge/score.ts'
import {
  backgroundSentence,
  coverageText,
  openByService,
  outcomeSentence,
  reasonSentences,
  spoofSentence,
  timeSentence,
} from '../../report/narrate.ts'
import { bounded, boundedAll, evidenceView, part } from './bounded.ts'
import { evidenceLink, partOf, scanRow } from './case-schema.ts'
import { scanRowOf } from './case-views.ts'

const texts = z.array(z.string())

/** One scan with how it was proven and what it learned. */
export const scanView = scanRow.extend({
  about: texts,
  reasons: texts,
  reverse: texts,
  detected: z.string(),
  probes: z.number(),
  outcome: z.string(),
  outcomes: z.record(z.string(), z.number()),
  score: z.object({
    total: z.number(),
    threshold: z.number(),
    final: z.number(),
    /** In the order in which the waterfall draws them: for before against, the largest first. */
    terms: z.array(z.object({ name: z.string(), count: z.number(), nats: z.number() })),
  }),
  /** The last steps up to the decision, at most 64; `omitted` of them are no longer kept. */
  steps: z.array(
    z.object({ term: z.string(), at: z.string(), added: z.number(), total: z.number(), evidence: evidenceLink }),
  ),
  stepsOmitted: z.number(),
  open: partOf(z.object({ service: z.string(), addresses: partOf(z.string()) })),
  names: z.array(z.object({ name: z.string(), type: z.string(), answer: z.string() })),
  content: z.array(z.object({ name: z.string(), count: z.number(), example: z.string() })),
  alerts: z.array(
    z.object({ text: z.string(), means: z.string(), count: z.number(), first: z.string(), last: z.string() }),
  ),
  sensors: z.array(z.object({ source: z.string(), events: z.number() })),
})
export type ScanView = z.infer<typeof scanView>

const most = { services: 64, addresses: 256, each: 64 }

export function scanViewOf(one: CaseScan): ScanView {
  const { scan } = one
  return {
    ...scanRowOf(one),
    about: [timeSentence(scan), coverageText(scan), spoofSentence(scan), backgroundSentence(scan) ?? ''].filter(
      (sentence) => sentence !== '',
    ),
    reasons: boundedAll(reasonSentences(scan)),
    reverse: boundedAll(scan.reverse),
    detected: scan.detected,
    probes: scan.probes,
    outcome: outcomeSentence(scan),
    outcomes: scan.outcomes,
    score: {
      ...{ total: scan.score.total, threshold: scan.score.threshold, final: scan.score.final },
      terms: [...scan.score.terms].sort((a, b) => b.nats - a.nats),
    },
    steps: stepsOf(scan.evidence),
    stepsOmitted: scan.evidence.omitted,
    open: part(openByService(scan), serviceOf, { limit: most.services }),
    names: (scan.names ?? []).slice(0, most.each).map(({ name, type, answer }) => {
      return { name: bounded(name, 300), type, answer: bounded(answer ?? '', 300) }
    }),
    content: (scan.content ?? []).slice(0, most.each).map(({ name, count, example }) => {
      return { name: bounded(name, 200), count, example: bounded(example, 600) }
    }),
    alerts: (scan.alerts ?? []).slice(0, most.each).map(({ source, id, name, means, count, first, last }) => {
      return { text: bounded(`${id} ${name} (${source})`, 400), means, count, first, last }
    }),
    sensors: scan.sensors.slice(0, most.each).map(({ source, events }) => ({ source: bounded(source, 400), events })),
  }
}

function serviceOf([service, addresses]: readonly [string, readonly string[]]) {
  return { service, addresses: part(addresses, (address) => address, { limit: most.addresses }) }
}

/** What each record added is the score after it less the score before; the first is compared with the checkpoint. */
function stepsOf({ from, steps }: CaseScan['scan']['evidence']) {
  let before = scoreAt(from)
  return steps.map(({ term, total, value: _, kind: __, ...place }) => {
    const added = total - before
    before = total
    return { term: bounded(term, 100), at: place.at, added, total, evidence: evidenceView({ ...place, shows: term }) }
  })
}

/** Of a checkpoint: the state for each share, then the bonuses; nothing where no step was left out. */
function scoreAt(from: readonly number[]): number {
  if (from.length <= shares.length) return 0
  const score = new Score()
  score.state.set(from.slice(0, shares.length))
  score.bonus(from[shares.length] ?? 0)
  return score.total
}
