import type { EntryAbout } from '../list/entry.ts'

/** A service that is asked about one address at a time. One file a service; `registry.ts` knows them. */
export interface Service {
  /** What is asked for. @param key null where none is configured */
  request(address: string, key: string | null): Request
  /**
   * What an answer says. @param body its JSON; undefined where it is none
   * @returns undefined where the answer is none that the service gives
   */
  read(status: number, body: unknown): ServiceAnswer | undefined
}

export interface Request {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export interface ServiceAnswer {
  /** Null: the service knows nothing of the address. */
  readonly about: EntryAbout | null
  /** For `looked`: what it said, in few words. */
  readonly text: string
}
