/** `node bench/decode-only.ts PATH...`: reads inputs into event batches and throws these away: what decoding alone costs. */
import { Dictionary } from '../src/event/dictionary.ts'
import { decodeInput } from '../src/pipeline/decode.ts'
import { openInputs } from '../src/source/inputs.ts'

const newest = Date.UTC(2026, 10, 23) * 1000
const rules = new Dictionary()
let rows = 0
for (const [sensor, input] of openInputs(process.argv.slice(2)).entries()) {
  const { tally } = await decodeInput(input, { sensor, newest, rules }, (batch) => (rows += batch.length))
  if (tally.malformed > 0) throw new Error(`${input.name}: ${tally.malformed} malformed records in a benchmark input`)
}
console.log(rows)
