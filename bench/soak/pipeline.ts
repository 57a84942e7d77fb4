/** The whole pipeline on bytes: what `analyze` says of them, checked and repeated. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '../../src/base/problem.ts'
import type { Analysis } from '../../src/case/analysis.ts'
import { formatById } from '../../src/format/registry.ts'
import { analyze } from '../../src/pipeline/analyze.ts'
import { htmlReport } from '../../src/report/html.ts'
import { jsonReport } from '../../src/report/json.ts'
import { checkFindings, checkSummary } from './invariants.ts'
import { countLines } from './records.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-soak-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
/** The file that inputs are written to; its name stands in reports, so it is always the same. */
const inputPath = join(folder, 'input')

/** What `analyze` says of the bytes; undefined where it says that it knows no such format. Anything else is thrown. */
async function run(bytes: Uint8Array, format?: string): Promise<Analysis | undefined> {
  writeFileSync(inputPath, bytes)
  try {
    return await analyze({ paths: [inputPath], threads: 1, ...(format === undefined ? {} : { format }) })
  } catch (error) {
    if (error instanceof Problem && error.code === 'unknown-format') return undefined
    throw error
  }
}

const timeless = (analysis: Analysis) => jsonReport({ ...analysis, summary: { ...analysis.summary, seconds: 0 } })

/** Analyses twice and checks everything that holds of any input. */
export async function checked(bytes: Uint8Array, format?: string): Promise<Analysis | undefined> {
  const analysis = await run(bytes, format)
  if (analysis === undefined) return undefined
  checkFindings(analysis, analysis.summary.last ?? '1970-01-01T00:00:00.000000Z')
  checkSummary(analysis)
  checkAccount(analysis, bytes)
  const again = await run(bytes, format)
  assert.ok(again)
  assert.equal(timeless(again), timeless(analysis))
  const html = htmlReport(analysis, { program: 'sweepwatch', paths: ['input'] })
  assert.doesNotMatch(html.replace(/<script[\s\S]*?<\/script>/g, ''), /\bNaN\b|\bundefined\b/)
  return analysis
}

/** Every record became an event, was passed over, or was counted as damage. */
function checkAccount({ summary }: Analysis, bytes: Uint8Array): void {
  const { format } = summary.sensors[0]!
  const counted = summary.events + summary.ignored + summary.malformed
  if (format === 'empty') assert.equal(bytes.length, 0)
  else if (formatById(format)?.framing === 'line') assert.equal(counted, countLines(bytes), `${format}: lines lost`)
  else assert.ok(counted > 0 || bytes.length <= containerHead, `${format}: ${bytes.length} bytes and nothing said`)
}

/** A capture with a header and no packet: a pcapng section with its interfaces and their options is of any length. */
const containerHead = 400
