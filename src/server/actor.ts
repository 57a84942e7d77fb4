import type { Role } from '../account/role.ts'
import type { Scope } from '../account/scope.ts'

/** Who asks, as the service has authenticated them. */
export interface Actor {
  readonly name: string
  readonly role: Role
  /** How they showed who they are. A session is a browser's, and needs protection against forged requests; a token is a program's. */
  readonly via: 'session' | 'token'
  /** Of a session or token: what the audit log calls it. */
  readonly credential: string
  /** Of a token: what it is good for. A session is good for all that its role may. */
  readonly scopes?: readonly Scope[]
  /** The address from which they ask. */
  readonly from: string
}

/** What the ledger takes for a person: two accounts are two people, and none is a login of the operating system. */
export function ledgerAuthor({ name }: Actor): { readonly name: string; readonly login: string } {
  return { name, login: `account:${name}` }
}
