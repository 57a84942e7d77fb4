import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeAll, inputOf } from './decode-fixture.ts'

/** Outcome, source's last octet (1 originator, 2 responder) and marks of one TCP connection. */
async function judged(state: string, history: string, out: number | '-' = 1, back: number | '-' = 1): Promise<string> {
  const row = `1.5\tC1\t192.0.2.1\t1025\t192.0.2.2\t80\ttcp\t-\t-\t0\t0\t${state}\t-\t-\t0\t${history}\t${out}\t40\t${back}\t40\t-\n`
  const { records } = await decodeAll(inputOf(new Uint8Array(Buffer.from(row))), 'in.log', 'zeek-conn')
  const [record] = records
  const midstream = record?.marks?.includes('midstream') ? ' midstream' : ''
  return `${record?.outcome} ${record?.src?.slice(-1)}${midstream}`
}

const cases: readonly (readonly [
  state: string,
  history: string,
  out: number | '-',
  back: number | '-',
  expected: string,
])[] = [
  ['S0', 'S', 1, 0, 'unanswered 1'],
  ['SH', 'SF', 2, 0, 'unanswered 1'],
  ['RSTOS0', 'SR', 2, 0, 'unanswered 1'],
  ['REJ', 'Sr', 1, 1, 'refused 1'],
  ['REJ', 'SrR', 1, 1, 'refused 1'],
  ['RSTO', 'ShR', 2, 1, 'established 1'],
  ['RSTR', 'ShADr', 3, 2, 'established 1'],
  ['S1', 'ShAD', 3, 1, 'established 1'],
  ['SF', 'ShADadFf', 5, 4, 'established 1'],
  ['SF', '-', 5, 4, 'established 1'],
  ['S0', '-', 1, 0, 'unanswered 1'],
  ['REJ', '-', 1, 1, 'refused 1'],
  ['SHR', '-', 0, 2, 'response 2'],
  ['SHR', '^hf', 0, 2, 'response 2'],
  ['RSTRH', '^hr', 0, 2, 'response 2'],
  ['OTH', '^h', 0, 1, 'response 2'],
  ['OTH', '^hR', 1, 1, 'response 2'],
  ['OTH', '^r', 0, 1, 'response 2'],
  ['OTH', 'H', 1, 0, 'response 1'],
  ['RSTOS0', 'R', 1, 0, 'response 1'],
  ['OTH', 'r', 1, 1, 'refused 1 midstream'],
  ['OTH', 'Fr', 1, 1, 'refused 1 midstream'],
  ['OTH', 'Ar', 1, 1, 'refused 1 midstream'],
  ['OTH', 'F', 1, 0, 'unknown 1 midstream'],
  ['OTH', 'DadA', 4, 4, 'unknown 1 midstream'],
  ['SF', 'DdAFaf', 4, 4, 'established 1 midstream'],
  ['OTH', 'SAD', 4, 0, 'unknown 1'],
  ['-', '-', '-', '-', 'unknown 1 midstream'],
]

for (const [state, history, out, back, expected] of cases) {
  test(`${state} ${history}: ${expected}`, async () => {
    assert.equal(await judged(state, history, out, back), expected)
  })
}
