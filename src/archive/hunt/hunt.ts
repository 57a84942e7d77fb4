/** A named question to the archive: a file of `hunts/`, SQL with a header that says what it asks. */
export interface Hunt {
  /** The file's name. */
  readonly id: string
  readonly title: string
  readonly question: string
  /** What one has to know to read its rows; may be empty. */
  readonly note: string
  /** Requirements of the product that it serves. */
  readonly requirement: string
  /** Days before the window that it compares with. */
  readonly lookback: number
  /** Days up to the newest event that it looks at where none are given; all of them where absent. */
  readonly window: number | undefined
  /** Whether it asks which addresses are ours. */
  readonly needsNetworks: boolean
  readonly parameters: readonly HuntParameter[]
  readonly sql: string
}

export interface HuntParameter {
  readonly name: string
  readonly type: HuntParameterType
  /** As it would be typed; absent where it has to be given. */
  readonly fallback: string | undefined
  readonly about: string
}

export const parameterTypes = ['address', 'addresses', 'network', 'number', 'text'] as const
export type HuntParameterType = (typeof parameterTypes)[number]
