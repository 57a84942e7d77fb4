import { archiveColumns } from '../../src/archive/columns.ts'

/** The first day of the made archive. */
export const firstDay = '2026-10-24'
export const days = 30
/** What is ours in it: 4,096 addresses, of which every eighth is a host. */
export const ownNetwork = '198.18.0.0/20'
const ownFirst = 3323068416

/** A pseudo-random number from 0 to 1 that depends on the row and on which number of the row it is. */
const draw = (which: number) => `((hash(n * 16 + ${which}) >> 11) / 9007199254740992.0)`
const dotted = (key: string) =>
  `(${key} >> 24) || '.' || ((${key} >> 16) & 255) || '.' || ((${key} >> 8) & 255) || '.' || (${key} & 255)`
/** An address outside, out of so many; a small `spread` makes few of them common. */
const outside = (count: number, which: number, spread: number, seed: number) =>
  `(16777216 + hash((${count} * pow(${draw(which)}, ${spread}))::UBIGINT + ${seed}) % 3000000000)::UBIGINT`
const pick = (which: number, values: readonly (number | string)[]) =>
  `[${values.map((value) => (typeof value === 'string' ? `'${value}'` : value)).join(', ')}][1 + (${values.length} * ${draw(which)})::INTEGER % ${values.length}]`

/**
 * SQL for `count` made rows of one day, with the archive's columns: 60 % background radiation that a firewall blocks, 30 % traffic to
 * the outside, 6 % between our hosts, 3 % queries to the name service, 1 % alerts. A scanner of few is responsible for most; half a
 * million sources occur.
 *
 * @param first number of the first row; the same numbers make the same rows
 */
export function madeRows(day: number, first: number, count: number): string {
  const made: Readonly<Record<string, string>> = {
    time: `TIMESTAMP '${firstDay}' + to_microseconds(${day} * 86400000000 + (86399000000 * (n - ${first}) / ${count})::BIGINT)`,
    kind: `CASE class WHEN 3 THEN 'dns' WHEN 4 THEN 'alert' ELSE 'contact' END`,
    record: `CASE WHEN class IN (1, 2) THEN 'flow' ELSE 'log' END`,
    src: dotted('src_key'),
    src_key: 'src_key',
    src_port: `1024 + (64000 * ${draw(2)})::INTEGER`,
    dst: dotted('dst_key'),
    dst_key: 'dst_key',
    dst_port: `CASE class WHEN 0 THEN ${pick(3, [23, 22, 445, 3389, 80, 8080, 443, 5555, 1433, 5060])} WHEN 1 THEN ${pick(3, [443, 443, 443, 80, 53, 123, 993])}
      WHEN 2 THEN ${pick(3, [445, 389, 88, 53, 443, 22])} WHEN 3 THEN 53 ELSE 80 END`,
    protocol: `CASE WHEN class = 3 OR (class = 0 AND ${draw(4)} < 0.2) THEN 'udp' ELSE 'tcp' END`,
    outcome: `CASE class WHEN 0 THEN CASE WHEN ${draw(5)} < 0.7 THEN 'blocked' ELSE 'unanswered' END WHEN 3 THEN NULL WHEN 4 THEN NULL
      ELSE CASE WHEN ${draw(5)} < 0.95 THEN 'established' ELSE 'refused' END END`,
    direction: `CASE class WHEN 1 THEN 'outbound' WHEN 2 THEN 'internal' WHEN 3 THEN 'internal' ELSE 'inbound' END`,
    records: '1',
    packets_out: `CASE WHEN class IN (1, 2) THEN 4 + (50 * pow(${draw(6)}, 6))::INTEGER WHEN class = 0 THEN 1 END`,
    packets_in: `CASE WHEN class IN (1, 2) THEN 4 + (80 * pow(${draw(6)}, 6))::INTEGER END`,
    bytes_out: `CASE WHEN class IN (1, 2) THEN 400 + (200000 * pow(${draw(6)}, 6))::INTEGER END`,
    bytes_in: `CASE WHEN class IN (1, 2) THEN 600 + (2000000 * pow(${draw(7)}, 8))::INTEGER END`,
    duration: `CASE WHEN class IN (1, 2) THEN round(60 * pow(${draw(8)}, 4), 6) END`,
    flags: `CASE class WHEN 0 THEN 'S' WHEN 1 THEN 'FSPA' WHEN 2 THEN 'FSPA' END`,
    reply_flags: `CASE WHEN class IN (1, 2) THEN 'FSPA' END`,
    rule: `CASE class WHEN 0 THEN 'outside_in' END`,
    action: `CASE class WHEN 0 THEN 'deny' END`,
    device: `CASE class WHEN 0 THEN 'fw-1' END`,
    severity: `CASE class WHEN 4 THEN 1 + (3 * ${draw(9)})::INTEGER END`,
    signature: `CASE class WHEN 4 THEN 'SCAN signature ' || (300 * ${draw(10)})::INTEGER END`,
    signature_id: `CASE class WHEN 4 THEN '1:' || (2000000 + 300 * ${draw(10)})::INTEGER END`,
    category: `CASE class WHEN 4 THEN 'Attempted Information Leak' END`,
    query: `CASE class WHEN 3 THEN 'host-' || (1000000 * pow(${draw(10)}, 3))::INTEGER || '.example.net' END`,
    query_type: `CASE class WHEN 3 THEN ${pick(11, ['A', 'A', 'AAAA', 'PTR'])} END`,
    user_agent: `CASE class WHEN 4 THEN 'Mozilla/5.0 (number ' || (500 * ${draw(12)})::INTEGER || ')' END`,
    uri: `CASE class WHEN 4 THEN '/index.php?id=' || (100000 * ${draw(13)})::INTEGER END`,
    format: `['cisco-asa', 'netflow', 'netflow', 'unbound', 'suricata-eve'][class + 1]`,
    source: `['/var/log/asa.log', 'netflow+udp://:2055', 'netflow+udp://:2055', '/var/log/unbound.log', '/var/log/eve.json'][class + 1]`,
    record_offset: 'n * 180',
    record_length: `120 + (90 * ${draw(14)})::INTEGER`,
  }
  const columns = archiveColumns.map(([name, type]) => `(${made[name] ?? 'NULL'})::${type} AS ${name}`)
  return `WITH numbered AS (SELECT range::UBIGINT AS n FROM range(${first}, ${first + count})),
    classed AS (SELECT n, CASE WHEN ${draw(0)} < 0.6 THEN 0 WHEN ${draw(0)} < 0.9 THEN 1 WHEN ${draw(0)} < 0.96 THEN 2 WHEN ${draw(0)} < 0.99 THEN 3 ELSE 4 END AS class,
      ${outside(500_000, 1, 4, 77)} AS scanner, ${outside(20_000, 1, 3, 99)} AS server,
      ${ownFirst}::UBIGINT + (4095 * ${draw(15)})::UBIGINT AS any_own,
      ${ownFirst}::UBIGINT + 8 * (511 * pow(${draw(15)}, 3))::UBIGINT AS host, ${ownFirst}::UBIGINT + 8 * (511 * ${draw(9)})::UBIGINT AS other FROM numbered),
    ended AS (SELECT n, class, CASE WHEN class IN (0, 4) THEN scanner ELSE host END AS src_key,
      CASE class WHEN 0 THEN any_own WHEN 1 THEN server WHEN 2 THEN other WHEN 3 THEN ${ownFirst + 8}::UBIGINT ELSE host END AS dst_key FROM classed)
    SELECT ${columns.join(', ')} FROM ended`
}
