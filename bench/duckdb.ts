/**
 * The rival for text formats: DuckDB on one thread reads the fields Sweepwatch decodes and aggregates over every one of
 * them, so that each value must be produced. `node bench/duckdb.ts zeek|kernel|eve FILE` prints the row count.
 */
import { DuckDBInstance } from '@duckdb/node-api'

const zeekTypes = {
  ...{ ts: 'DOUBLE', uid: 'VARCHAR', orig_h: 'VARCHAR', orig_p: 'USMALLINT', resp_h: 'VARCHAR', resp_p: 'USMALLINT' },
  ...{ proto: 'VARCHAR', service: 'VARCHAR', duration: 'DOUBLE', orig_bytes: 'BIGINT', resp_bytes: 'BIGINT' },
  ...{ conn_state: 'VARCHAR', local_orig: 'VARCHAR', local_resp: 'VARCHAR', missed_bytes: 'BIGINT' },
  ...{ history: 'VARCHAR', orig_pkts: 'BIGINT', orig_ip_bytes: 'BIGINT', resp_pkts: 'BIGINT' },
  ...{ resp_ip_bytes: 'BIGINT', tunnel_parents: 'VARCHAR' },
}
const zeekUsed = [
  ...['ts', 'orig_h', 'orig_p', 'resp_h', 'resp_p', 'proto', 'duration', 'orig_bytes', 'resp_bytes', 'conn_state'],
  ...['history', 'orig_pkts', 'orig_ip_bytes', 'resp_pkts', 'resp_ip_bytes'],
]
const eveTypes = {
  ...{ timestamp: 'VARCHAR', event_type: 'VARCHAR', src_ip: 'VARCHAR', src_port: 'USMALLINT', dest_ip: 'VARCHAR' },
  ...{ dest_port: 'USMALLINT', proto: 'VARCHAR' },
  flow:
    'STRUCT(pkts_toserver BIGINT, pkts_toclient BIGINT, bytes_toserver BIGINT, bytes_toclient BIGINT, ' +
    '"start" VARCHAR, "end" VARCHAR, state VARCHAR)',
  tcp: 'STRUCT(tcp_flags_ts VARCHAR, tcp_flags_tc VARCHAR)',
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`
const columns = (types: Record<string, string>) =>
  `{${Object.entries(types).map(([name, type]) => `${name}: ${quote(type)}`)}}`
const sums = (expressions: readonly string[]) => expressions.map((field) => `sum(hash(${field}))`).join(', ')
const field = (name: string) => `regexp_extract(line, ' ${name}=([^ ]+)', 1)`

const queries: Record<string, (path: string) => string> = {
  zeek: (path) =>
    `SELECT count(*), ${sums(zeekUsed)} FROM read_csv(${quote(path)}, auto_detect=false, delim='\t', quote='', escape='',
     header=false, comment='#', nullstr='-', columns=${columns(zeekTypes)})`,
  kernel: (path) =>
    `SELECT count(*), ${sums(['SRC', 'DST', 'SPT', 'DPT', 'PROTO'].map(field))} FROM read_csv(${quote(path)},
     auto_detect=false, delim='\x01', quote='', escape='', header=false, columns={'line': 'VARCHAR'})`,
  eve: (path) =>
    `SELECT count(*), ${sums(Object.keys(eveTypes))} FROM read_json(${quote(path)}, format='newline_delimited',
     columns=${columns(eveTypes)})`,
}

const [input = '', path = ''] = process.argv.slice(2)
const query = queries[input]
if (!query) throw new Error(`no such input: ${input}`)
const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await instance.connect()
const rows = (await connection.runAndReadAll(query(path))).getRows()
console.log(String(rows[0]?.[0]))
