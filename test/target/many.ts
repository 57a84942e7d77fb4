/** Small changes, one after the other, while 20,000 blocks stand. How long each takes `npm run bench` measures. */
import assert from 'node:assert/strict'
import type { GuardedBlock } from '../../src/respond/respond.ts'
import { block, change } from './change.ts'
import { inSeconds, never } from './open.ts'
import type { OpenLab } from './open-lab.ts'

const standing = 20_000
const hour = inSeconds(3600)
const address = (k: number) => `10.${k >> 16}.${(k >> 8) & 255}.${k & 255}/32`
const inTurn = (k: number) => (k % 2 === 0 ? address(k) : `2001:db8:${k.toString(16)}::/64`)

/** Each adds one, renews the one before, and removes the one before that. */
export async function manyChanges({ target }: OpenLab, count: number): Promise<void> {
  const old = Array.from({ length: standing }, (_, k) => block({ network: inTurn(k), until: hour }))
  await target().apply(change({ add: old, at: Date.now() }), never)
  const young = Array.from({ length: count }, (_, k) => block({ network: inTurn(standing + k), until: hour }))
  let before: GuardedBlock | undefined
  let gone: GuardedBlock | undefined
  for (const one of young) {
    const renewed: GuardedBlock | undefined = before && ({ ...before, until: inSeconds(7200) } as GuardedBlock)
    const add = renewed === undefined ? [one] : [one, renewed]
    const remove = gone === undefined ? [] : [gone]
    const { detail } = await target().apply(change({ add, remove, desired: [...old, ...add], at: Date.now() }), never)
    assert.match(detail, new RegExp(`^1 \\w+ added, ${add.length - 1} renewed, ${remove.length} removed$`))
    gone = renewed
    before = one
  }
  const { intact, entries } = await target().list(never)
  const networks = [...old, ...young.slice(-2)].map(({ network }) => network)
  assert.equal(intact, true)
  assert.deepEqual(entries.map(({ network }) => network).sort(), networks.sort())
}
