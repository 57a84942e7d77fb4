import { Action, Outcome, Subject } from '../../event/batch.ts'
import { Text, type TextField } from '../../event/texts.ts'

/** Where a column of the event comes from. */
export interface ColumnSpec {
  /** Name of a CSV column or its number from 1, dotted path in a JSON object, or name of a group of the pattern. */
  readonly from?: string | number
  /** The same for every record. */
  readonly value?: string
  /** Of a time: `epoch`, `epoch-ms`, `epoch-us`, `iso`, or a pattern as of strptime (`%d/%m/%Y %H:%M:%S`). */
  readonly format?: string
  /** Of a time that tells none: `UTC`, `+02:00` or a name (`Europe/Berlin`). */
  readonly zone?: string
  /** What the words of the log mean. */
  readonly values?: Readonly<Record<string, string>>
}

/** A format described in the configuration; plain data, as other threads need it too. */
export interface Mapping {
  readonly id: string
  readonly title?: string
  readonly lines: 'csv' | 'json' | 'regex'
  /** Of CSV: one character. */
  readonly delimiter?: string
  /** Of CSV: whether the first line names the columns. */
  readonly header?: boolean
  /** Of lines that a regular expression takes apart. */
  readonly pattern?: string
  /** Lines that match are ignored. */
  readonly skip?: string
  readonly match?: { readonly firstLine?: string; readonly file?: string }
  readonly columns: Readonly<Record<string, ColumnSpec>>
}

/** Columns that hold one of a few words. */
export const wordColumns: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  outcome: Outcome,
  action: Action,
  kind: Subject,
}
/** Columns that hold whole numbers. */
export const numberColumns = [
  'packetsOut',
  'packetsIn',
  'bytesOut',
  'bytesIn',
  'icmpType',
  'icmpCode',
  'severity',
] as const
/** Columns of which no two records need have the same: text. */
export const textColumns: Readonly<Record<string, TextField>> = Text
const others = ['time', 'src', 'srcPort', 'dst', 'dstPort', 'protocol', 'duration', 'rule', 'sensor'] as const

/** Every column that a mapping may fill. */
export const mappable: readonly string[] = [
  ...others,
  ...Object.keys(wordColumns),
  ...numberColumns,
  ...Object.keys(textColumns),
]
