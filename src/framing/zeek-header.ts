import { ascii } from '../base/ascii.ts'

/** Columns beyond these are not read. */
const mostColumns = 512
/** A header line is a few hundred bytes; what is longer names no more columns than we would take. */
const longestHeader = 32 * 1024
const hash = 35
const tab = 9
const space = 32
const newline = 10
const carriageReturn = 13

/** What is wanted of a Zeek log. */
export interface ZeekLog {
  /** The fields that are read, each known by its place in the list. */
  readonly fieldNames: readonly string[]
  /** The columns of the log as Zeek writes it by default, for files that lost their header to rotation. */
  readonly columns: readonly string[]
  /** Whether a log of this path is one. */
  isPath(path: string): boolean
}

/**
 * What the `#` lines of a Zeek log say: which column is which field, and how absence is written. It starts as the
 * default log.
 */
export interface ZeekHeader {
  separator: number
  /** Between the elements of a set or vector. */
  setSeparator: number
  unset: Uint8Array
  empty: Uint8Array
  /** The field of each column, -1 for columns that we do not read. */
  readonly fieldOf: Int8Array
  /** Columns up to the last one we read. */
  columns: number
  /** False after a `#path` of another log, whose lines follow. */
  isOurs: boolean
}

export function defaultHeader(log: ZeekLog): ZeekHeader {
  const header: ZeekHeader = {
    separator: tab,
    setSeparator: 44,
    unset: ascii('-'),
    empty: ascii('(empty)'),
    fieldOf: new Int8Array(mostColumns),
    columns: 0,
    isOurs: true,
  }
  setColumns(header, log, log.columns)
  return header
}

/** Where the text of the line begins: blanks before it do not count. */
export function skipBlank(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && (bytes[i] === tab || bytes[i] === space)) i++
  return i
}

/** Reads the line `bytes[from, to)`, which begins with `#`, into the header. Cold: a handful a file. */
export function readHeader(header: ZeekHeader, log: ZeekLog, bytes: Uint8Array, from: number, to: number): void {
  const length = Math.min(to - from, longestHeader)
  const line = Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('latin1')
  if (line.startsWith('#separator ')) {
    header.separator = byteOf(line.slice(11), tab)
    return
  }
  const [key, ...values] = line.split(String.fromCharCode(header.separator))
  const [first] = values
  if (key === '#fields') setColumns(header, log, values)
  else if (key === '#unset_field' && first !== undefined) header.unset = latin1(first)
  else if (key === '#empty_field' && first !== undefined) header.empty = latin1(first)
  else if (key === '#set_separator') header.setSeparator = byteOf(first ?? '', 44)
  else if (key === '#path') header.isOurs = log.isPath(first ?? '')
}

/** A copy: a view of Buffer's pool would take the whole pool along to another thread. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}

/** Reads the `#` lines among the whole lines `bytes[from, to)`, without looking at the others. */
export function passHeaders(header: ZeekHeader, log: ZeekLog, bytes: Uint8Array, from: number, to: number): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, to)
  for (let at = text.indexOf(hash, from); at >= 0; at = text.indexOf(hash, at + 1)) {
    let before = at
    while (before > from && (bytes[before - 1] === tab || bytes[before - 1] === space)) before--
    if (before > from && bytes[before - 1] !== newline) continue
    const end = text.indexOf(newline, at)
    const stop = end < 0 ? to : end
    readHeader(header, log, bytes, at, bytes[stop - 1] === carriageReturn ? stop - 1 : stop)
    if (end < 0) return
    at = end
  }
}

function setColumns(header: ZeekHeader, log: ZeekLog, names: readonly string[]): void {
  header.fieldOf.fill(-1)
  header.columns = 0
  names.slice(0, mostColumns).forEach((name, column) => {
    const field = log.fieldNames.indexOf(name)
    if (field < 0) return
    header.fieldOf[column] = field
    header.columns = column + 1
  })
}

/** Whether a log's path is this one or what scripts split off it (`conn_red`, `open_conn`). */
export function isVariant(path: string, name: string): boolean {
  return path.split(/[_-]/).includes(name)
}

/** `\x09` or a literal character; `otherwise` where it cannot be read. */
function byteOf(text: string, otherwise: number): number {
  const hex = /^\\x([0-9a-fA-F]{2})/.exec(text)
  if (hex) return Number.parseInt(hex[1] as string, 16)
  return text.length > 0 && text.charCodeAt(0) < 256 ? text.charCodeAt(0) : otherwise
}
