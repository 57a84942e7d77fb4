import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Reader, Response } from 'maxmind'
import { type Address, formatAddress, isIpv4 } from '../../base/address.ts'
import { Problem } from '../../base/problem.ts'
import { membersOf } from '../format/format.ts'
import { keptText } from '../list/entry.ts'

const mostBytes = 2 ** 31 - 1

/** What databases tell of an address; each with the database it is from. */
export interface DatabaseFacts {
  readonly asn: Fact<number> | null
  readonly organisation: Fact<string> | null
  readonly country: Fact<string> | null
  /** As GeoIP2-Connection-Type names it: Cable/DSL, Cellular, Corporate, Dialup. */
  readonly connection: Fact<string> | null
  /** What GeoIP2-Anonymous-IP and GeoIP-Anonymous-Plus hold it to be, the most telling first. */
  readonly anonymous: Fact<'tor' | 'vpn' | 'hosting'> | null
}

export interface Fact<Value> {
  readonly value: Value
  /** `GeoLite2-ASN of 2026-08-22`. */
  readonly from: string
}

/** A database, or why it cannot be used. */
export interface LoadedDatabase {
  readonly path: string
  /** `GeoLite2-ASN of 2026-08-22`; the file's name where it could not be read. */
  readonly title: string
  readonly error: string | null
}

interface OpenDatabase {
  readonly title: string
  readonly reader: Reader<Response>
}

/** MaxMind's databases (MMDB), asked for an address one after the other: the first that tells something counts. */
export class Databases {
  readonly loaded: readonly LoadedDatabase[]
  readonly #open: readonly OpenDatabase[]

  private constructor(loaded: readonly LoadedDatabase[], open: readonly OpenDatabase[]) {
    this.loaded = loaded
    this.#open = open
  }

  /**
   * A file that is no database, or damaged, is told in `loaded`.
   * @throws Problem `intel` for a file that is not there or cannot be read
   */
  static async load(paths: readonly string[]): Promise<Databases> {
    const loaded: LoadedDatabase[] = []
    const open: OpenDatabase[] = []
    for (const path of paths) {
      const bytes = await bytesOf(path)
      try {
        const { Reader: MmdbReader } = await import('maxmind')
        const reader = new MmdbReader<Response>(bytes)
        const title = titleOf(reader, path)
        loaded.push({ path, title, error: null })
        open.push({ title, reader })
      } catch (error) {
        loaded.push({ path, title: basename(path), error: `is no usable MMDB file: ${reasonOf(error)}` })
      }
    }
    return new Databases(loaded, open)
  }

  /** @returns what is told, and a line for each database that failed at it. Never throws: a damaged record is no record. */
  about(address: Address): { readonly facts: DatabaseFacts; readonly failed: readonly string[] } {
    const facts: { -readonly [Key in keyof DatabaseFacts]: DatabaseFacts[Key] } = {
      asn: null,
      organisation: null,
      country: null,
      connection: null,
      anonymous: null,
    }
    const failed: string[] = []
    for (const { title, reader } of this.#open) {
      // A tree of IPv4 walked with an IPv6 address would lead anywhere.
      if (reader.metadata.ipVersion === 4 && !isIpv4(address)) continue
      try {
        const record = membersOf(reader.get(formatAddress(...address))) as DatabaseRecord
        facts.asn ??= told(asnOf(record), title)
        facts.organisation ??= told(keptText(record.autonomous_system_organization ?? record.isp), title)
        facts.country ??= told(countryOf(record), title)
        facts.connection ??= told(keptText(record.connection_type), title)
        facts.anonymous ??= told(anonymousOf(record), title)
      } catch (error) {
        failed.push(`${title}: its record of the address is damaged (${reasonOf(error)})`)
      }
    }
    return { facts, failed }
  }
}

/** The members of the records of MaxMind's databases that are read; nothing is known of their types. */
interface DatabaseRecord {
  readonly autonomous_system_number?: unknown
  readonly autonomous_system_organization?: unknown
  readonly isp?: unknown
  readonly country?: unknown
  readonly registered_country?: unknown
  readonly iso_code?: unknown
  readonly connection_type?: unknown
  readonly is_tor_exit_node?: unknown
  readonly is_anonymous_vpn?: unknown
  readonly is_public_proxy?: unknown
  readonly is_residential_proxy?: unknown
  readonly is_hosting_provider?: unknown
}

function told<Value>(value: Value | undefined, from: string): Fact<Value> | null {
  return value === undefined ? null : { value, from }
}

function asnOf({ autonomous_system_number: asn }: DatabaseRecord): number | undefined {
  return typeof asn === 'number' && Number.isInteger(asn) && asn > 0 && asn < 2 ** 32 ? asn : undefined
}

function countryOf(record: DatabaseRecord): string | undefined {
  for (const place of [record.country, record.registered_country]) {
    const { iso_code: code } = membersOf(place) as DatabaseRecord
    if (typeof code === 'string' && /^[A-Z]{2}$/.test(code)) return code
  }
  return undefined
}

function anonymousOf(record: DatabaseRecord): 'tor' | 'vpn' | 'hosting' | undefined {
  if (record.is_tor_exit_node === true) return 'tor'
  const hides = [record.is_anonymous_vpn, record.is_public_proxy, record.is_residential_proxy]
  if (hides.includes(true)) return 'vpn'
  return record.is_hosting_provider === true ? 'hosting' : undefined
}

function titleOf({ metadata }: Reader<Response>, path: string): string {
  const { databaseType, buildEpoch } = metadata
  const built = Number.isNaN(buildEpoch.getTime()) ? '' : ` of ${buildEpoch.toISOString().slice(0, 10)}`
  return `${keptText(databaseType) ?? basename(path)}${built}`
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size <= mostBytes) return await readFile(path)
  } catch (cause) {
    throw new Problem('intel', `cannot read the database ${path}: ${(cause as Error).message}`, {
      hint: 'It is an MMDB file, like GeoLite2-ASN.mmdb, named under `intel: databases:` in sweepwatch.yaml.',
      cause,
    })
  }
  throw new Problem('intel', `the database ${path} is larger than 2 GiB`)
}

function reasonOf(error: unknown): string {
  return (error as Error).message.split('\n', 1)[0]?.slice(0, 120) ?? 'unknown'
}
