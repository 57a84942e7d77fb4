import type { Prefix } from '../../base/prefix.ts'
import type { Case } from '../../case/case.ts'
import type { ExportOptions } from '../../report/case/case.ts'

/** What a package for tier 2 is made of. */
export interface PackSite {
  readonly one: Case
  readonly directory: string
  readonly options: ExportOptions
  readonly own: readonly Prefix[]
  /** Captures to cut packets and traffic from: files or rolling directories. */
  readonly captures: readonly string[]
  /** Where indexes of the captures are kept. */
  readonly index: string | undefined
  /** The archive of events, where there is one. */
  readonly archive: string | undefined
  /** Our systems by the inventory, as addresses. */
  readonly hosts: readonly string[]
  /** Now, microseconds. */
  readonly now: number
  /** Tells a person what takes long. */
  readonly progress: (text: string) => void
}

/** One file of the package. */
export interface PackedFile {
  readonly name: string
  readonly about: string
}

/** One part of the package; it writes files into the directory. What it cannot make it says in a file's stead. */
export interface PackPart {
  readonly id: string
  /** Requirements it answers. */
  readonly about: string
  write(site: PackSite): Promise<readonly PackedFile[]>
}
