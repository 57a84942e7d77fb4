/** What a decoy may take of its machine, however it is treated. */
export interface Limits {
  /** Sessions at once, in all and of one source (IPv6: of one /64). */
  readonly sessions: number
  readonly perSource: number
  /** Seconds a session may last, and may be silent. */
  readonly seconds: number
  readonly idleSeconds: number
  /** Of one session, each way. */
  readonly bytes: number
  /** Accounts that are told of one session. */
  readonly logins: number
  /** Captures of sessions that are kept, and their bytes in all. */
  readonly captures: number
  readonly captureBytes: number
  /** A file of the log, and how many older ones are kept. */
  readonly logBytes: number
  readonly logFiles: number
}

export const usualLimits: Limits = {
  sessions: 512,
  perSource: 32,
  seconds: 120,
  idleSeconds: 30,
  bytes: 65_536,
  logins: 20,
  captures: 20_000,
  captureBytes: 500e6,
  logBytes: 100e6,
  logFiles: 20,
}
