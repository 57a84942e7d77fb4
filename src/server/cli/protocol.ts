import type { Role } from '../../account/role.ts'
import type { Scope } from '../../account/scope.ts'
import type { Look } from '../../report/look.ts'

/** How the two streams of the one who asks can show what is printed. */
export interface Looks {
  readonly out: Look
  readonly err: Look
}

/** A command line as the process that runs it gets it. */
export interface AskedCommand {
  readonly words: readonly string[]
  readonly looks: Looks
  /** Whose name stands under every change; nobody outside can say another. */
  readonly actor: {
    readonly name: string
    readonly login: string
    readonly role: Role
    /** Of a token; absent where all that the role may is open. */
    readonly scopes?: readonly Scope[]
  }
  /** The service's own: nothing else is read or written. */
  readonly state: string
  readonly config: string | undefined
  readonly allow: readonly string[]
}

/** What that process says before it prints: that the command may run, or why not. */
export type CommandNotice =
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly hint: string | undefined }

/** One line of the answer. The last has the exit code. */
export type CommandPiece = { readonly out: string } | { readonly err: string } | { readonly exit: number }

/** A command that works over HTTP. */
export interface CommandAbout {
  readonly command: string
  readonly about: string
  /** By action; the role of the command itself stands under the empty name. */
  readonly roles: Readonly<Record<string, Role>>
  /** Actions that do not work over HTTP, and why. */
  readonly refused: Readonly<Record<string, string>>
}

/** The commands, which stand above the service: it knows only where they are run, and which there are. */
export interface CommandPort {
  /** The program that takes an `AskedCommand`. */
  readonly program: string
  readonly allow: readonly string[]
  readonly list: readonly CommandAbout[]
}
