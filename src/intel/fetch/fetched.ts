/** What came of fetching a list. */
export interface Fetched {
  readonly kind: 'new' | 'unchanged'
  /** Networks in the list as it is now. */
  readonly entries: number
}

export interface FetchContext {
  readonly directory: string
  /** Milliseconds. */
  readonly now: number
  /** What the server asks for to let us in. */
  readonly headers: Readonly<Record<string, string>>
}
