/** Where bytes come from, pulled by the decoder into a window it owns, so that a plain file is read without a copy. */
export interface ByteSource {
  /**
   * Fills `into` from `at` on with up to `into.length - at` bytes and says how many; 0 is the end. Plain files answer at
   * once, everything else by a promise. Throws a `Problem` where reading itself fails.
   */
  read(into: Uint8Array, at: number): number | Promise<number>
  /** Bytes taken from the disk or pipe so far: what progress is measured in. */
  readonly taken: number
  /** Why the stream ended before its end (a truncated or corrupt archive); undefined while all is well. */
  readonly damage: string | undefined
  close(): void
}

/** One thing to analyse, not yet opened. */
export interface Input {
  /** As given on the command line, or found in a directory given there. */
  readonly name: string
  /** Bytes on disk (compressed where it is compressed); undefined for pipes. */
  readonly size: number | undefined
  open(): Promise<ByteSource>
}
