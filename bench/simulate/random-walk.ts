import { Contact, type Day } from './day.ts'

/** Threshold random walk (Jung, Paxson, Berger, Balakrishnan 2004) with the paper's parameters. */
const step = Math.log(0.8 / 0.2)
const upper = Math.log(0.99 / 0.01)
const lower = Math.log((1 - 0.99) / (1 - 0.01))

/**
 * Whether the textbook test calls the source a scanner: the first contact with each address counts, answered or not, and
 * the test starts again each time it has called the source benign.
 */
export function walkAccuses(day: Day): boolean {
  let walk = 0
  let hosts = 0
  for (let i = 0; i < day.length; i++) {
    if (day.host[i] !== hosts) continue
    hosts++
    walk += isAnswered(day.kind[i] as number) ? -step : step
    if (walk >= upper) return true
    if (walk <= lower) walk = 0
  }
  return false
}

function isAnswered(kind: number): boolean {
  return kind === Contact.answeredPopular || kind === Contact.answeredRare || kind === Contact.outsideAnswered
}
