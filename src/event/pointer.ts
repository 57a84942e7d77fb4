/** Evidence: where a record stands in an input. Offsets count in the decompressed input. */
export interface Pointer {
  /** Time of the event, ISO 8601 UTC; absent where the record tells none. */
  readonly at?: string
  /** The input's name. */
  readonly source: string
  readonly offset: number
  readonly length: number
}
