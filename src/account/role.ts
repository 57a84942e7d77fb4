/** What people may do, from the least to the most; each may do what those before may. */
export const roles = ['viewer', 'analyst', 'responder', 'admin'] as const

/** `viewer` reads; `analyst` (tier 1) works on cases; `responder` (tier 2) decides on plans; `admin` configures and gives out accounts. */
export type Role = (typeof roles)[number]

/** Whether somebody of a role may do what needs another. */
export function mayAct(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}
