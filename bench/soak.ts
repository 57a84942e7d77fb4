/**
 * `node bench/soak.ts [SECONDS [SEED]]`: the fuzzing of `test/hostile.test.ts` for an hour, or as long as told. Ends with
 * exit code 1 at the first failure, with the seed and the smallest input that fails.
 */
import fc from 'fast-check'
import { properties } from './soak/properties.ts'

const seconds = Number(process.argv[2] ?? 3600)
const firstSeed = Number(process.argv[3] ?? 1)
const until = performance.now() + seconds * 1000
/** So often each property is tried before the next has its turn. */
const runsATurn = 40

const done = new Map(properties.map(({ name }) => [name, 0]))
let seed = firstSeed
let most = 0
while (performance.now() < until && process.exitCode === undefined) {
  for (const { name, property } of properties) {
    const left = until - performance.now()
    if (left <= 0) break
    const details = await fc.check(property, { seed, numRuns: runsATurn, interruptAfterTimeLimit: left })
    done.set(name, (done.get(name) as number) + details.numRuns)
    most = Math.max(most, process.memoryUsage.rss())
    if (!details.failed || details.counterexample === null) continue
    console.error(`${name}: fails with seed ${seed}\n${fc.defaultReportMessage(details)}`)
    console.error(details.errorInstance instanceof Error ? details.errorInstance.stack : details.errorInstance)
    process.exitCode = 1
    break
  }
  seed++
}
console.log(
  JSON.stringify({ seconds, seeds: [firstSeed, seed - 1], runs: Object.fromEntries(done), peakMiB: most >> 20 }),
)
