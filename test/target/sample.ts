/** A real counterpart of a target, for the suite that all kinds pass. */
export interface Bench {
  /** As the schema of the kind takes them. */
  readonly settings: object
  /** Somebody else empties what the entries stand in. Undefined where nobody can. */
  readonly flush?: () => Promise<void>
  /** Somebody else enters a network. Undefined where nobody can, or what others enter cannot be seen. */
  readonly enter?: (network: string) => Promise<void>
  /** Makes every request fail from now on; what the Problem then says. */
  readonly breakIt?: () => Promise<RegExp>
  close(): Promise<void>
}

export interface Sample {
  /** Why it cannot be tried on this machine. */
  readonly missing?: () => string | undefined
  /** @param folder of its own */
  open(folder: string): Promise<Bench>
  /** Settings that must be refused, with what is said. */
  readonly refused: readonly (readonly [object, RegExp])[]
}
