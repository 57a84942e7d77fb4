/** Where bytes come from that go on coming: followed files, sockets, child processes. */

/** Bytes of one file, connection or socket, in their order. */
export interface Stream {
  /** Takes `bytes[0, to)`, at once: the caller may use the memory again. */
  push(bytes: Uint8Array, to: number): void
  /** No more will come: what is left is the last record. */
  end(): void
  /** Nothing was ever pushed: a header may be due. */
  readonly isFresh: boolean
}

/** What a feed needs of the one who reads it. */
export interface Receiver {
  /**
   * Opens a stream. What is known of one by this name is taken up again.
   * @param name of the file, the listener, the interface: the sensor in reports
   */
  open(name: string, options?: StreamOptions): Stream
  /** Where the stream by this name was when the state was last kept: what it was opened with, and how far it was read. */
  placeOf(name: string): Place | undefined
  /** The stream's file is known better by now. */
  identify(name: string, identity: FileIdentity): void
  /** So many more records were lost before they could be read. */
  lost(name: string, records: number): void
  /** Something a person should know: a file was rotated, a listener is up, records were lost. */
  notice(text: string): void
}

export interface StreamOptions {
  readonly format?: string
  /** Kept with the stream's place, so that a feed finds the same file again. */
  readonly identity?: FileIdentity
  /** Where in the file the first byte that will be pushed stands; what was kept of the stream is forgotten where it is 0. */
  readonly from?: number
  /** Records are dated with their arrival where they tell no time. */
  readonly isLive?: boolean
  /** It cannot be read again: what comes is kept on disk until the state has taken it up. */
  readonly isSpooled?: boolean
}

/** What a file is known by, whatever it is called later. */
export interface FileIdentity {
  readonly dev: number
  readonly ino: number
  /** SHA-256 of its first bytes, and how many they were (at most 1024): a file that was cut and filled anew is another. */
  readonly head: string
  readonly headBytes: number
}

export interface Place {
  readonly identity: FileIdentity | undefined
  /** Offset of the first byte that was not taken up yet. */
  readonly offset: number
}

/** One source of a service. */
export interface Feed {
  /** As a person wrote it: a path, `syslog udp://0.0.0.0:5514`. */
  readonly name: string
  /**
   * Runs until the signal says stop (then it resolves when all it has is handed on), or until there is nothing more.
   * Rejects where the source died: whoever runs it says so and may run it again.
   */
  run(receiver: Receiver, signal: AbortSignal): Promise<void>
}
