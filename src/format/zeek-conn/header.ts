import { fieldNames } from './fields.ts'

/** Columns beyond these are not read. */
export const mostColumns = 512
const defaultColumns =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig ' +
  'local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents'

/**
 * What the `#` lines of a Zeek log say: which column is which field, and how absence is written. It starts as the
 * default conn.log of Zeek, for files that lost their header to rotation.
 */
export class Header {
  separator = 9
  unset: Uint8Array = Buffer.from('-')
  empty: Uint8Array = Buffer.from('(empty)')
  /** The column of each `Field`, -1 for fields that the log has not. */
  readonly columnOf = new Int32Array(fieldNames.length).fill(-1)
  /** Columns up to the last one we read. */
  columns = 0
  /** False after a `#path` that is no conn log: its lines are another log's. */
  isConn = true

  constructor() {
    this.#setColumns(defaultColumns.split(' '))
  }

  /** Reads one `#` line (without its newline). Cold: a handful a file. */
  read(line: string): void {
    if (line.startsWith('#separator ')) {
      this.separator = separatorOf(line.slice(11))
      return
    }
    const [key, ...values] = line.split(String.fromCharCode(this.separator))
    if (key === '#fields') this.#setColumns(values)
    else if (key === '#unset_field' && values[0] !== undefined) this.unset = Buffer.from(values[0], 'latin1')
    else if (key === '#empty_field' && values[0] !== undefined) this.empty = Buffer.from(values[0], 'latin1')
    else if (key === '#path') this.isConn = isConnPath(values[0] ?? '')
  }

  #setColumns(names: readonly string[]): void {
    this.columnOf.fill(-1)
    this.columns = 0
    names.slice(0, mostColumns).forEach((name, column) => {
      const field = (fieldNames as readonly string[]).indexOf(name)
      if (field < 0) return
      this.columnOf[field] = column
      this.columns = column + 1
    })
  }
}

/** conn, and the variants that scripts split off it (conn_red, open_conn). */
export function isConnPath(path: string): boolean {
  return /(^|[_-])conn($|[_-])/.test(path)
}

/** `\x09` or a literal character; a tab where it cannot be read. */
function separatorOf(text: string): number {
  const hex = /^\\x([0-9a-fA-F]{2})/.exec(text)
  if (hex) return Number.parseInt(hex[1] as string, 16)
  return text.length > 0 && text.charCodeAt(0) < 256 ? text.charCodeAt(0) : 9
}
