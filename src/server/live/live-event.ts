/** What a client of the live stream is told: that something changed, not what it now is; who wants to know asks for it. */
export interface LiveEvent {
  /** What changed: `cases`, `plans`, `jobs`, `sensors` … The console's query keys begin with them. */
  readonly topics: readonly string[]
  /** Ids of the cases and plans it is about; at most 64. */
  readonly ids: readonly string[]
}
