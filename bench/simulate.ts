/**
 * `node bench/simulate.ts [SOURCE-DAYS [SEED]]`: how often ordinary sources are called scanners. Draws days of a
 * heterogeneous benign population (docs/simulation.md), writes them as journals, and lets the detector judge them at four
 * operating points; and the textbook random walk beside it, which must fail often: else the population were too easy to
 * prove anything.
 */
import { upperBound } from './simulate/bound.ts'
import { Contact } from './simulate/day.ts'
import { daysOf, merge, newTally, simulate, type Tally } from './simulate/population.ts'
import { Event, roles } from './simulate/roles.ts'
import { operatingPoints, type Steps } from './simulate/trial.ts'

/** The share of source-days that the textbook walk must accuse for the population to count as hard. */
const leastWalkRate = 0.04

function row(name: string, tally: Tally): string {
  const points = operatingPoints.flatMap((_, point) => [
    tally.accused[point],
    (tally.accused[point]! / tally.days).toExponential(1),
    upperBound(tally.accused[point]!, tally.days).toExponential(1),
    tally.steps[point]!.meanRatio.toFixed(2),
  ])
  return `| ${[name, tally.days, (tally.contacts / tally.days).toFixed(1), percent(tally.walk, tally.days), ...points].join(' | ')} |`
}

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)} %`

/** What befell the accused days: names of the bits, most frequent first. */
function reasons(counts: Uint32Array): string {
  const name = (events: number) =>
    Object.entries(Event)
      .filter(([, bit]) => (events & bit) !== 0)
      .map(([event]) => event)
      .join('+') || 'over-dispersed failures alone'
  return [...counts.entries()]
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 6)
    .map(([events, count]) => `${name(events)} ${count}`)
    .join(', ')
}

/** What raised the scores of the accused: nats a false alarm by term, most first. */
function raisedBy({ nats }: Steps, accused: number): string {
  return [...nats]
    .filter(([, sum]) => sum >= 0.5 * accused)
    .sort((a, b) => b[1] - a[1])
    .map(([term, sum]) => `${term} ${(sum / accused).toFixed(1)}`)
    .join(', ')
}

/** Where the inbound failures went, for comparison with what other work assumes of benign sources. */
function failureShares({ kinds }: Tally): string {
  const [outage, closed, dark] = [Contact.outage, Contact.neverServed, Contact.dark].map(
    (kind) => kinds[kind] as number,
  )
  const failed = outage! + closed! + dark!
  return (
    `Inbound failures: ${percent(outage!, failed)} on services that serve others, ${percent(closed!, failed)} on live hosts ` +
    `where nothing served, ${percent(dark!, failed)} on dark addresses.`
  )
}

function causes(name: string, tally: Tally): string[] {
  return operatingPoints.flatMap((point, place) => {
    const accused = tally.accused[place] as number
    if (accused === 0) return []
    const days = reasons(tally.because[place] as Uint32Array)
    return [`| ${name} | ${point.name} | ${raisedBy(tally.steps[place] as Steps, accused)} | ${days} |`]
  })
}

const sourceDays = Number(process.argv[2] ?? 100_000)
const seed = Number(process.argv[3] ?? 1)
const all = newTally()
const lines: string[] = []
const headings = operatingPoints.flatMap(({ name }) => [`${name}: accused`, 'rate', '95 % upper bound', 'mean ratio'])
console.log(`| role | source-days | contacts | random walk accuses | ${headings.join(' | ')} |`)
console.log(`|${'---|'.repeat(4 + headings.length)}`)
for (const [place, role] of roles.entries()) {
  const tally = simulate(role, daysOf(role, sourceDays), seed * 1000 + place)
  merge(all, tally)
  lines.push(...causes(role.name, tally))
  console.log(row(role.name, tally))
}
console.log(row('all', all))
console.log(`\n${failureShares(all)}\n`)
console.log('| role | knowledge | nats a false alarm, by term | what befell the accused days |\n|---|---|---|---|')
for (const line of lines) console.log(line)
if (all.walk / all.days < leastWalkRate) {
  console.error(`the population is too easy: the random walk accuses fewer than ${leastWalkRate * 100} %`)
  process.exitCode = 1
}
