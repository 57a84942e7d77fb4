import { type Prefix, parsePrefix } from '../base/prefix.ts'
import type { Criticality } from './asset.ts'
import { networksOf } from './asset-networks.ts'

/** What one row of an inventory says; it may name several networks. */
export interface AssetRecord {
  readonly networks: readonly Prefix[]
  readonly name: string | null
  readonly owner: string | null
  readonly criticality: Criticality | null
  readonly roles: readonly string[]
  /** Something that was not understood, though the row was. */
  readonly doubt?: string
}

const longest = 200
const mostRoles = 32
const mostTexts = 1024

/**
 * What columns are called, without blanks, hyphens and underscores, in small letters: our own names first, then those of exports
 * of NetBox, ServiceNow, phpIPAM and of spreadsheets. In docs/assets.md.
 */
const assetColumns = {
  network: ['network', 'cidr', 'subnet', 'prefix', 'netblock', 'iprange', 'range', 'networks'],
  address: ['address', 'ip', 'ipaddress', 'ipaddr', 'ipv4', 'ipv4address', 'ipv6', 'ipv6address', 'addresses', 'host'],
  mask: ['mask', 'netmask', 'subnetmask', 'masklength', 'prefixlength'],
  name: ['name', 'hostname', 'fqdn', 'dnsname', 'dns', 'displayname', 'assetname', 'asset', 'label', 'system', 'host'],
  owner: [
    ...['owner', 'team', 'responsible', 'ownedby', 'managedby', 'businessowner', 'technicalowner'],
    ...['supportgroup', 'tenant', 'department', 'contact'],
  ],
  criticality: ['criticality', 'businesscriticality', 'importance', 'priority', 'tier', 'impact'],
  roles: ['role', 'roles', 'function', 'functions', 'tags', 'tag', 'purpose', 'service', 'services'],
} as const
type Field = keyof typeof assetColumns

/** How a column is called, for comparison. */
export function columnName(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Whether a name is one of those that are read. */
export function isAssetColumn(name: string): boolean {
  return Object.values(assetColumns).some((names) => (names as readonly string[]).includes(name))
}

/**
 * Reads one row.
 *
 * @param row values by `columnName`
 * @returns why it cannot be used, where it cannot
 */
export function readAsset(row: ReadonlyMap<string, unknown>): AssetRecord | string {
  const networks = networksIn(row)
  if (typeof networks === 'string') return networks
  const criticality = first(row, 'criticality')
  const rank = criticality === '' ? null : criticalityOf(criticality)
  return {
    networks,
    // A column called host may hold the address.
    name:
      all(row, 'name')
        .find((text) => parsePrefix(text) === undefined)
        ?.slice(0, longest) ?? null,
    owner: first(row, 'owner').slice(0, longest) || null,
    criticality: rank ?? null,
    roles: [...new Set(all(row, 'roles').flatMap((text) => text.toLowerCase().split(/\s*[,;|]\s*/)))]
      .filter((role) => role !== '' && role.length <= longest)
      .slice(0, mostRoles),
    ...(rank === undefined && {
      doubt: `criticality ${JSON.stringify(criticality)} is none of low, medium, high, critical`,
    }),
  }
}

function networksIn(row: ReadonlyMap<string, unknown>): readonly Prefix[] | string {
  const mask = first(row, 'mask')
  const cells = (['network', 'address'] as const).flatMap((field) =>
    all(row, field).map((text) => ({ text, networks: networksOf(text, field === 'address', mask) })),
  )
  const found = cells.flatMap(({ networks }) => networks ?? [])
  if (found.length > 0) return found
  const [wrong] = cells
  return wrong === undefined ? 'no address and no network' : `${JSON.stringify(wrong.text)} is no address or network`
}

function first(row: ReadonlyMap<string, unknown>, field: Field): string {
  return all(row, field)[0] ?? ''
}

/** The texts of a field's columns that are not empty. */
function all(row: ReadonlyMap<string, unknown>, field: Field): string[] {
  return assetColumns[field].flatMap((name) => textsOf(row.get(name)))
}

/** A cell's texts: of a list each; of an object what it is called (NetBox: `{name: …, slug: …}`). */
function textsOf(value: unknown, depth = 4): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim().replace(/\s+/g, ' ')]
  if (typeof value === 'number') return [String(value)]
  if (value === null || typeof value !== 'object' || depth === 0) return []
  if (Array.isArray(value)) return value.slice(0, mostTexts).flatMap((each) => textsOf(each, depth - 1))
  const known = new Map(Object.entries(value))
  return textsOf(['name', 'label', 'address', 'value'].map((key) => known.get(key)).find(Boolean), depth - 1)
}

const ranks: readonly (readonly [Criticality, RegExp])[] = [
  ['low', /^(low|minor|none|not critical|negligible|4 ?- ?not critical|tier ?[3-9]|p4)$/],
  ['medium', /^(medium|moderate|normal|3 ?- ?less critical|tier ?2|p3)$/],
  ['high', /^(high|important|major|2 ?- ?somewhat critical|tier ?1|p2)$/],
  ['critical', /^(critical|very high|highest|vital|(mission|business)[ -]critical|1 ?- ?most critical|tier ?0|p1)$/],
]

/** Bare numbers are not read: in some inventories 1 is the highest, in others the lowest. */
function criticalityOf(text: string): Criticality | undefined {
  const word = text.toLowerCase()
  return ranks.find(([, pattern]) => pattern.test(word))?.[0]
}
