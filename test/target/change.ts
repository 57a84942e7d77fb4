import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Block, Change, GuardedBlock } from '../../src/respond/respond.ts'

/** A block as the guard would have let it through; the guard is not what is tested here. */
export function block(given: Partial<Block> & { readonly network: string }): GuardedBlock {
  const made = {
    plan: '5f3c09a1b2d4',
    measure: 'block',
    rate: null,
    direction: 'in',
    ports: [],
    protocol: 'any',
    until: '2099-01-01T00:00:00Z',
    ...given,
  }
  const id = createHash('sha256').update(`${made.plan} ${made.network}`).digest('hex').slice(0, 16)
  return { id, ...made } as GuardedBlock
}

/** @param desired what shall stand afterwards, where it is more than what is added */
export function change(given: {
  readonly add?: readonly GuardedBlock[]
  readonly remove?: readonly Block[]
  readonly desired?: readonly GuardedBlock[]
  readonly at: number
}): Change {
  const { add = [], remove = [], desired = add, at } = given
  return { add, remove, desired, at }
}

interface Written {
  readonly at: string
  readonly add: readonly (Partial<Block> & { readonly network: string })[]
  readonly remove: readonly (Partial<Block> & { readonly network: string })[]
}

/** A change of `fixtures/target/`. */
export function readChange(file: string): Change {
  const { at, add, remove } = JSON.parse(readFileSync(file, 'utf8')) as Written
  return change({ add: add.map(block), remove: remove.map(block), at: Date.parse(at) })
}
