import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { Problem } from '../base/problem.ts'

const mostBytes = 256 << 20
const mostScores = 4_000_000
const row = /^"?(CVE-(\d{4})-(\d{4,9}))"?,"?([\d.]+(?:e-?\d+)?)"?(?:,|$)/i

/** Scores of the Exploit Prediction Scoring System (FIRST): how likely a weakness is attacked within 30 days. */
export interface Epss {
  /** 0 to 1; undefined where there is none. */
  of(cve: string): number | undefined
  readonly size: number
  readonly malformed: number
  /** The day of the scores, as the file says: 2025-08-26; '' where it does not. */
  readonly date: string
}

/**
 * Reads FIRST's daily file (`epss_scores-DATE.csv`, or `.csv.gz`): a comment with the model's version and the date, then
 * cve,epss,percentile.
 *
 * @throws Problem `epss` for a file that is none
 */
export async function loadEpss(file: string): Promise<Epss> {
  const text = textOf(
    await readFile(file).catch((cause: Error) => {
      throw new Problem('epss', `cannot read the EPSS scores ${file}: ${cause.message}`, { cause })
    }),
    file,
  )
  const scores = new Map<number, number>()
  let malformed = 0
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end < 0 ? text.length : end).trim()
    from = end < 0 ? text.length : end + 1
    if (line === '' || line.startsWith('#') || /^"?cve"?,/i.test(line)) continue
    const found = row.exec(line)
    const score = Number(found?.[4] ?? Number.NaN)
    if (found && score >= 0 && score <= 1 && scores.size < mostScores) scores.set(keyOf(found[2]!, found[3]!), score)
    else malformed++
  }
  if (scores.size === 0) {
    throw new Problem('epss', `${file} holds no EPSS scores`, {
      hint: "It is FIRST's daily CSV file: cve,epss,percentile.",
    })
  }
  const date = /score_date:(\d{4}-\d\d-\d\d)/.exec(text.slice(0, 4096))?.[1] ?? ''
  return { of: (cve) => scores.get(keyOfId(cve)), size: scores.size, malformed, date }
}

function textOf(bytes: Buffer, file: string): string {
  try {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
    const plain = isGzip ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes
    if (plain.length <= mostBytes) return plain.toString('latin1')
  } catch (cause) {
    throw new Problem('epss', `the EPSS scores ${file} cannot be decompressed: ${(cause as Error).message}`, { cause })
  }
  throw new Problem('epss', `the EPSS scores ${file} are larger than ${mostBytes >> 20} MiB`)
}

function keyOfId(cve: string): number {
  const found = /^CVE-(\d{4})-(\d{4,9})$/.exec(cve)
  return found ? keyOf(found[1]!, found[2]!) : -1
}

/** A number stands for an id: there are hundreds of thousands. */
function keyOf(year: string, number: string): number {
  return Number(year) * 1e9 + Number(number)
}
