import { readFile } from 'node:fs/promises'
import { Problem } from '../base/problem.ts'

const mostBytes = 64 << 20
const mostEntries = 100_000
const longest = 200

/** What CISA's catalogue says of a weakness. */
export interface KevEntry {
  readonly cve: string
  readonly name: string
  /** Day on which it was added: 2021-12-10. */
  readonly added: string
  /** Whether it is known to be used in ransomware campaigns. */
  readonly ransomware: boolean
}

/** The catalogue of Known Exploited Vulnerabilities (cisa.gov/known-exploited-vulnerabilities-catalog, JSON). */
export interface Kev {
  of(cve: string): KevEntry | undefined
  readonly size: number
  /** Entries without a CVE id or a date. */
  readonly malformed: number
  /** When it was released, as it says; '' where it does not. */
  readonly released: string
}

/** @throws Problem `kev` for a file that is no such catalogue */
export async function loadKev(file: string): Promise<Kev> {
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new Problem('kev', `cannot read the KEV catalogue ${file}: ${cause.message}`, { cause })
  })
  const entries = new Map<string, KevEntry>()
  const { vulnerabilities, dateReleased } = catalogueOf(bytes, file)
  let malformed = 0
  for (const item of vulnerabilities.slice(0, mostEntries)) {
    const entry = entryOf(item)
    if (entry === undefined) malformed++
    else entries.set(entry.cve, entry)
  }
  malformed += Math.max(0, vulnerabilities.length - mostEntries)
  const released = typeof dateReleased === 'string' ? dateReleased.slice(0, 32) : ''
  return { of: (cve) => entries.get(cve), size: entries.size, malformed, released }
}

interface Catalogue {
  readonly vulnerabilities: readonly unknown[]
  readonly dateReleased?: unknown
}

function catalogueOf(bytes: Buffer, file: string): Catalogue {
  try {
    const value = bytes.length > mostBytes ? null : (JSON.parse(bytes.toString()) as Partial<Catalogue> | null)
    if (Array.isArray(value?.vulnerabilities)) return value as Catalogue
  } catch {
    // Said below.
  }
  throw new Problem('kev', `${file} is no KEV catalogue`, {
    hint: 'It is the JSON file known_exploited_vulnerabilities.json of cisa.gov.',
  })
}

function entryOf(item: unknown): KevEntry | undefined {
  const fields = (item ?? {}) as Readonly<Record<string, unknown>>
  const text = (name: string) => (typeof fields[name] === 'string' ? (fields[name] as string).trim() : '')
  const [cve, added] = [text('cveID').toUpperCase(), text('dateAdded')]
  if (!/^CVE-\d{4}-\d{4,19}$/.test(cve) || !/^\d{4}-\d\d-\d\d$/.test(added)) return undefined
  return {
    cve,
    name: text('vulnerabilityName').slice(0, longest),
    added,
    ransomware: text('knownRansomwareCampaignUse') === 'Known',
  }
}
