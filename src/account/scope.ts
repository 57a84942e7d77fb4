import { mayAct, type Role } from './role.ts'

/** What an API token can be good for. Each may also read. */
export const scopes = ['read', 'cases', 'plans', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** The scope that an operation needs of a token: whatever only reads needs `read`, a change the one of the least role that may do it. */
export function scopeFor(role: Role | 'anyone', isSafe: boolean): Scope {
  if (role === 'admin') return 'admin'
  if (isSafe || role === 'anyone') return 'read'
  return mayAct(role, 'responder') ? 'plans' : 'cases'
}

/** The scopes that a role can use: a token never lies in wait for its owner's next role. */
export function scopesOf(role: Role): readonly Scope[] {
  const least = { read: 'viewer', cases: 'analyst', plans: 'responder', admin: 'admin' } as const
  return scopes.filter((scope) => mayAct(role, least[scope]))
}

export function isInScope(given: readonly Scope[], needed: Scope): boolean {
  return needed === 'read' ? given.length > 0 : given.includes(needed)
}
