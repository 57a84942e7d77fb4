import { readWrittenTime } from '../../base/written-time.ts'
import { Tally } from '../../format/format.ts'
import { CsvTableReader } from '../../framing/csv-table.ts'
import { actorNamed, knownActor } from '../known-actors.ts'
import { keptText } from '../list/entry.ts'
import type { ListBuilder } from '../list/list-builder.ts'
import { networksOf } from '../list/written-network.ts'
import { type ListColumn, type ListColumns, type ListContent, type ListFormat, listColumns } from './format.ts'

/** By which names a column is recognised, the more telling first; compared by letters and digits. */
const known: Readonly<Record<ListColumn, readonly string[]>> = {
  address: [
    ...[
      'ip',
      'ipaddress',
      'ipaddr',
      'srcip',
      'sourceip',
      'dstip',
      'destip',
      'destinationip',
      'ipv4',
      'ipv6',
      'ipv4address',
    ],
    ...[
      'ipv6address',
      'cidr',
      'network',
      'prefix',
      'subnet',
      'netblock',
      'address',
      'iocvalue',
      'ioc',
      'indicatorvalue',
    ],
    ...['indicator', 'observable', 'host', 'value'],
  ],
  name: [
    ...['malwareprintable', 'malwarefamily', 'malware', 'family', 'botnet', 'threatname', 'threat', 'signature'],
    ...['organisation', 'organization', 'org', 'scanner', 'owner', 'name', 'tags', 'tag', 'description', 'comment'],
  ],
  actor: ['threatactor', 'actor', 'intrusionset', 'adversary', 'attackgroup', 'group', 'apt', 'campaign'],
  confidence: ['confidence', 'confidencelevel', 'confidencescore', 'abuseconfidencescore', 'score', 'reliability'],
  firstSeen: ['firstseenutc', 'firstseen', 'firstreported', 'validfrom', 'dateadded', 'added', 'createdat', 'created'],
  lastSeen: [
    ...['lastseenutc', 'lastseen', 'lastonline', 'lastreportedat', 'lastreported', 'lastcheck', 'lastupdate'],
    ...['updated', 'modified', 'date', 'timestamp'],
  ],
  validUntil: ['validuntil', 'expiresat', 'expires', 'expirationdate', 'expiration', 'expiry', 'until'],
}

const delimiters = [',', ';', '\t', '|'] as const

/** Which column is about what, by their places. */
interface Table {
  readonly delimiter: number
  readonly places: Readonly<Partial<Record<ListColumn, number>>>
  /** What the line of names calls the column of addresses; empty where there is no such line. */
  readonly header: string
}

export default {
  id: 'csv',
  title:
    'A table (commas, semicolons, tabs or bars) whose first line, or last comment before the rows, names the columns',
  recognise(content) {
    return !content.looksLikeJson && tableOf(content, {})?.places.address !== undefined ? 0.8 : 0
  },
  read(content, into, columns) {
    const table = tableOf(content, columns)
    if (table?.places.address === undefined) {
      into.damage('line 1', 'no column of addresses is named')
      return
    }
    const tally = new Tally()
    let highest = 0
    const reader = new CsvTableReader(
      tally,
      (fields, offset) => {
        if (fields[0]?.startsWith('#') || isHeader(fields, table)) return
        highest = Math.max(highest, take(fields, `byte ${offset}`, table, into))
      },
      table.delimiter,
    )
    reader.push(content.bytes, content.bytes.length, 0, true)
    for (let k = 0; k < tally.malformed; k++) into.damage('a row', 'a quote that is not closed')
    // Told as a share, or out of 100: one value above 1 shows which.
    into.scale = highest > 1 ? 100 : 1
  },
} satisfies ListFormat

/** @returns the confidence that the row tells, 0 where it tells none */
function take(fields: readonly string[], place: string, { places }: Table, into: ListBuilder): number {
  const field = (column: ListColumn) => {
    const at = places[column]
    return at === undefined ? undefined : keptText(fields[at])
  }
  const told = field('confidence')
  const confidence = told === undefined || !/^\d{1,3}(?:\.\d+)?%?$/.test(told) ? 0 : Number.parseFloat(told)
  if (told !== undefined && /^0+(?:\.0+)?%?$/.test(told)) {
    into.passedOver++
    return 0
  }
  const [name, actor] = [field('name'), field('actor')]
  into.add(field('address') ?? '', place, {
    name,
    actor: actor === undefined ? knownActor(name) : actorNamed(actor),
    confidence: Math.min(100, confidence),
    firstSeen: readWrittenTime(field('firstSeen')) / 1000,
    lastSeen: readWrittenTime(field('lastSeen')) / 1000,
    validUntil: readWrittenTime(field('validUntil')) / 1000,
  })
  return confidence
}

/** Looks for the line that names the columns; columns that are told by number need none. */
function tableOf({ head }: ListContent, columns: ListColumns): Table | undefined {
  for (const line of head.split('\n', 200)) {
    const isComment = line.startsWith('#')
    const text = line.replace(/^#\s*/, '').trim()
    if (text === '') continue
    const delimiter = delimiters.toSorted((x, y) => text.split(y).length - text.split(x).length)[0] ?? ','
    const names = text.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    const places = placesOf(names, columns)
    if (places.address !== undefined && names.length > 1 && !names.some((name) => networksOf(name) !== undefined)) {
      return { delimiter: delimiter.charCodeAt(0), places, header: plain(names[places.address] ?? '') }
    }
    if (isComment) continue
    const numbered = numbersOf(columns)
    return numbered.address === undefined
      ? undefined
      : { delimiter: delimiter.charCodeAt(0), places: numbered, header: '' }
  }
  return undefined
}

function placesOf(names: readonly string[], columns: ListColumns): Partial<Record<ListColumn, number>> {
  const plainNames = names.map(plain)
  const places: Partial<Record<ListColumn, number>> = {}
  for (const column of listColumns) {
    const wanted = columns[column] === undefined ? known[column] : [plain(columns[column])]
    const found = wanted.map((word) => plainNames.indexOf(word)).find((at) => at >= 0)
    if (found !== undefined) places[column] = found
  }
  return places
}

/** Columns that are told by number, from 1. */
function numbersOf(columns: ListColumns): Partial<Record<ListColumn, number>> {
  const told = Object.entries(columns).filter(([, name]) => /^[1-9]\d{0,2}$/.test(name))
  return Object.fromEntries(told.map(([column, name]) => [column, Number(name) - 1]))
}

/** The line of names itself. */
function isHeader(fields: readonly string[], { places, header }: Table): boolean {
  return header !== '' && plain(fields[places.address ?? 0] ?? '') === header
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
