/** A short soak: every session is told, memory does not grow; ten minutes of it are `npm run soak`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, soak } from '../bench/decoy/soak.ts'
import { whyNot } from './decoy-parts.ts'

test('C4 nmap, masscan, logins and random bytes: every session is told once, memory holds', {
  skip: whyNot('nmap', 'masscan', 'ip'),
}, async () => {
  const result = await soak(25)
  assert.deepEqual(faultsOf(result), [], JSON.stringify(result))
  assert.ok(result.taken > 200 && result.loops.masscan > 0 && result.loops.nmap > 0, JSON.stringify(result))
  assert.ok(result.memory.most < 400e6, JSON.stringify(result.memory))
})
