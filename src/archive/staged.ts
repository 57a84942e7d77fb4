import { Kind, Mark, outcomeNames, Subject, subjectNames } from '../event/batch.ts'
import { Protocol, protocolName } from '../event/protocol.ts'
import { archiveColumns, textColumnNames } from './columns.ts'
import { conversations } from './conversations.ts'
import { viaField } from './row-buffer.ts'

/** Which tables hold the rows, and what is known of them without asking. */
export interface StagedTables {
  readonly rows: string
  /** Absent where no row has texts; no IPv6 addresses. */
  readonly texts: string | undefined
  readonly wide: string | undefined
  readonly hasPackets: boolean
  /** SQL that says of an address key whether it is ours; absent where our networks are not known. */
  readonly isOwn: ((key: string) => string) | undefined
}

const kindNames = Object.keys(Kind)
const actionNames = [undefined, 'allow', 'deny', 'reject']
/** Marks that say something of the event, as in docs/events.md. */
const shownMarks = [
  'fragment',
  'tinyFragment',
  'tunnelled',
  'quoted',
  'truncated',
  'midstream',
  'reverse',
  'uniflow',
  'again',
  'data',
  'replyData',
] as const satisfies readonly (keyof typeof Mark)[]
const flagLetters = [...'FSRPAUEC']
const ported = `protocol IN (${Protocol.tcp}, ${Protocol.udp}, ${Protocol.sctp})`
const icmp = `protocol IN (${Protocol.icmp}, ${Protocol.icmp6})`
const contacts = `subject IN (${Subject.contact}, ${Subject.process}, ${Subject.canary})`
const contact = `subject = ${Subject.contact}`
/** Numbers beyond are no counts; a column of whole numbers must not be broken by a log that says 1e300. */
const most = 2 ** 53 - 1

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`
const whole = (value: string) => `least(greatest(${value}, 0), ${most})::UBIGINT`
const caseOf = (value: string, names: readonly (string | undefined)[]) =>
  `CASE ${value} ${names.map((name, i) => (name === undefined ? '' : `WHEN ${i} THEN ${quote(name)}`)).join(' ')} END`
const dotted = (word: string) =>
  `(${word} >> 24) || '.' || ((${word} >> 16) & 255) || '.' || ((${word} >> 8) & 255) || '.' || (${word} & 255)`

const protocols = [...new Map(Object.values(Protocol).map((number) => [number, protocolName(number)]))]
const protocolText = `CASE protocol ${protocols.map(([number, name]) => `WHEN ${number} THEN ${quote(name)}`).join(' ')} ELSE protocol::VARCHAR END`
const letters = (flags: string) =>
  flagLetters.map((letter, bit) => `CASE WHEN ${flags} & ${1 << bit} > 0 THEN '${letter}' ELSE '' END`).join(' || ')
const markWords = `nullif(concat_ws(',', ${shownMarks.map((name) => `CASE WHEN marks & ${Mark[name]} > 0 THEN '${name}' END`).join(', ')}), '')`

/** Days since 1970 by which rows go into folders; 0 for times that no record of a network has. */
export const dayNumber =
  'CASE WHEN time >= 631152000e6 AND time < 4102444800e6 THEN floor(time / 86400e6)::INTEGER ELSE 0 END'

/**
 * SQL for the rows of one file, as `columns.ts` lists them.
 * @param where which rows, by `time` and `row` of the staging table
 */
export function archiveRows(tables: StagedTables, where: string): string {
  const { wide, texts, hasPackets } = tables
  const alone = hasPackets ? `NOT (${isPacket(texts)})` : 'true'
  return `WITH unpacked AS (SELECT ${unpacked(wide)} FROM ${tables.rows} r ${wideJoins(wide)} WHERE ${where}),
    ${hasPackets ? `packets AS (SELECT * FROM unpacked WHERE ${isPacket(texts)}),${conversations},` : ''}
    merged AS (
      SELECT * FROM unpacked WHERE ${alone}
      ${hasPackets ? 'UNION ALL BY NAME SELECT * FROM conversations' : ''}
    )
    ${texts === undefined ? '' : `, told AS (${pivotedTexts(texts)})`}
    SELECT ${selected(tables)}
    FROM merged
    ${texts === undefined ? '' : 'LEFT JOIN told USING (row)'}
    LEFT JOIN names AS rule_names ON rule_names.id = rule
    LEFT JOIN names AS device_names ON device_names.id = device
    LEFT JOIN sources ON sources.id = sensor
    LEFT JOIN formats ON formats.id = format`
}

/** Packets that are put together: those of which nothing more is told than their header. */
function isPacket(texts: string | undefined): string {
  const plain = `kind = ${Kind.packet} AND ${contact} AND marks & ${Mark.quoted} = 0`
  return texts === undefined ? plain : `${plain} AND row NOT IN (SELECT row FROM ${texts})`
}

function unpacked(wide: string | undefined): string {
  const key = (side: 'src' | 'dst', bit: number) =>
    wide === undefined
      ? `CASE WHEN (marks >> ${bit}) & 1 = 0 THEN ${side}::UBIGINT END AS ${side}_key, NULL::VARCHAR AS ${side}6`
      : `CASE WHEN (marks >> ${bit}) & 1 = 0 THEN ${side}::UBIGINT ELSE (wide_${side}.high::UBIGINT << 32) | wide_${side}.low END AS ${side}_key,
         wide_${side}.text AS ${side}6`
  return `r.row, least(greatest(r.time, 0), 253402300799e6) AS time, what & 3 AS kind, (what >> 2) & 15 AS subject, (what >> 6) & 7 AS outcome, (what >> 9) & 3 AS action,
    (what >> 11) & 7 AS severity, (what >> 16) & 255 AS protocol, what >> 24 AS format,
    ${key('src', 24)}, ${key('dst', 25)}, src AS src4, dst AS dst4,
    ports >> 16 AS src_port, ports & 65535 AS dst_port, header & 255 AS icmp_type, (header >> 8) & 255 AS icmp_code,
    (header >> 16) & 255 AS flags, header >> 24 AS reply_flags, marks & 65535 AS marks, (marks >> 16) & 255 AS ttl,
    packets_out::HUGEINT AS packets_out, packets_in::HUGEINT AS packets_in, bytes_out, bytes_in, duration, names & 65535 AS rule, names >> 16 AS device,
    sampling, sensor, 1::HUGEINT AS records, record_offset, record_length`
}

function wideJoins(wide: string | undefined): string {
  if (wide === undefined) return ''
  return `LEFT JOIN ${wide} wide_src ON wide_src.row = r.row AND wide_src.side = 0
    LEFT JOIN ${wide} wide_dst ON wide_dst.row = r.row AND wide_dst.side = 1`
}

/** One row for all texts of an event. The first of a kind counts, as it does in `sweepwatch events`. */
function pivotedTexts(texts: string): string {
  const columns = [...textColumnNames].map(([field, name]) => `first(text) FILTER (field = ${field}) AS ${name}`)
  return `SELECT row, ${columns.join(', ')}, first(text) FILTER (field = ${viaField}) AS via FROM ${texts} GROUP BY row`
}

function selected({ texts, isOwn }: StagedTables): string {
  const expressions = expressionsFor(texts, isOwn)
  return archiveColumns.map(([name, type]) => `(${expressions[name]})::${type} AS ${name}`).join(', ')
}

function expressionsFor(texts: string | undefined, isOwn: StagedTables['isOwn']): Readonly<Record<string, string>> {
  const hasPorts = `${ported} AND NOT (marks & ${Mark.fragment} > 0 AND src_port = 0 AND dst_port = 0)`
  const port = (side: 'src' | 'dst') =>
    `CASE WHEN ${hasPorts} AND ${side}_key IS NOT NULL AND (${contact} OR ${side}_port > 0) THEN ${side}_port END`
  const counted = `marks & ${Mark.noCounts} = 0`
  const replies = `kind = ${Kind.flow} AND ${counted} AND marks & ${Mark.reverse | Mark.uniflow} = 0`
  const conversation = `(kind = ${Kind.packet} AND ${contact} AND marks & ${Mark.quoted} = 0)`
  const inward = (value: string) =>
    `CASE WHEN ${contacts} AND (${replies} OR ${conversation} OR ${value} > 0) THEN ${whole(value)} END`
  const flagged = `${contacts} AND protocol = ${Protocol.tcp} AND (kind = ${Kind.packet} OR marks & ${Mark.flagsTold} > 0 OR flags > 0)`
  const address = (side: 'src' | 'dst') =>
    `CASE WHEN ${side}6 IS NOT NULL THEN ${side}6 WHEN ${side}_key IS NOT NULL THEN ${dotted(`${side}4`)} END`
  return {
    time: 'make_timestamp(time::BIGINT)',
    kind: caseOf('subject', subjectNames),
    record: caseOf('kind', kindNames),
    src: address('src'),
    src_key: 'src_key',
    src_port: port('src'),
    dst: address('dst'),
    dst_key: 'dst_key',
    dst_port: port('dst'),
    protocol: `CASE WHEN ${contact} OR protocol > 0 THEN ${protocolText} END`,
    icmp_type: `CASE WHEN ${contact} AND (${icmp} OR marks & ${Mark.quoted} > 0) THEN icmp_type END`,
    icmp_code: `CASE WHEN ${contact} AND (${icmp} OR marks & ${Mark.quoted} > 0) THEN icmp_code END`,
    outcome: `CASE WHEN ${contacts} OR outcome > 0 THEN ${caseOf('outcome', outcomeNames)} END`,
    direction: isOwn === undefined ? 'NULL' : directionOf(isOwn),
    records: `least(records, 4294967295)`,
    packets_out: `CASE WHEN ${contacts} AND ${counted} THEN ${whole('packets_out')} END`,
    packets_in: inward('packets_in'),
    bytes_out: `CASE WHEN ${contacts} AND (${counted} OR bytes_out > 0) THEN ${whole('bytes_out')} END`,
    bytes_in: inward('bytes_in'),
    duration: `CASE WHEN (kind = ${Kind.flow} OR subject = ${Subject.lease} OR ${conversation}) AND duration > 0 THEN duration / 1e6 END`,
    flags: `CASE WHEN ${flagged} THEN ${letters('flags')} END`,
    reply_flags: `CASE WHEN ${contacts} AND reply_flags > 0 THEN ${letters('reply_flags')} END`,
    ttl: `CASE WHEN ${contacts} AND marks & ${Mark.hasTtl} > 0 THEN ttl END`,
    marks: markWords,
    via: texts === undefined ? 'NULL' : 'via',
    rule: `nullif(rule_names.text, '')`,
    action: caseOf('action', actionNames),
    device: `nullif(device_names.text, '')`,
    sampling: 'CASE WHEN sampling > 1 THEN sampling END',
    severity: 'CASE WHEN severity > 0 THEN severity END',
    ...Object.fromEntries([...textColumnNames.values()].map((name) => [name, texts === undefined ? 'NULL' : name])),
    format: 'formats.text',
    source: 'sources.text',
    record_offset: whole('record_offset'),
    record_length: 'record_length',
  }
}

function directionOf(isOwn: (key: string) => string): string {
  return `CASE WHEN src_key IS NULL OR dst_key IS NULL THEN NULL
    WHEN ${isOwn('src_key')} THEN CASE WHEN ${isOwn('dst_key')} THEN 'internal' ELSE 'outbound' END
    ELSE CASE WHEN ${isOwn('dst_key')} THEN 'inbound' ELSE 'external' END END`
}
