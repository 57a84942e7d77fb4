import assert from 'node:assert/strict'
import { test } from 'node:test'
import { block, change } from './target/change.ts'
import { manyChanges } from './target/many.ts'
import { inSeconds, never } from './target/open.ts'
import { openLab } from './target/open-lab.ts'

const iptables = openLab('iptables', ['ipset', 'iptables'], ({ router }) => ({ kind: 'iptables', ...router.tool('') }))

test('iptables: 20 changes in a row', { skip: iptables.skip }, () => manyChanges(iptables, 20))

test('iptables: what is renewed, or stands in IPv6 that ipset writes otherwise, is found', {
  skip: iptables.skip,
}, async () => {
  const { lab, target } = iptables
  const hour = inSeconds(3600)
  const dotted = block({ network: '::c000:201/128', until: hour })
  await target().apply(change({ add: [dotted], at: Date.now() }), never)
  assert.match(lab().router.run(['ipset', 'save', 'sw-block-in6']), /add sw-block-in6 ::192\.0\.2\.1 /)
  assert.equal((await target().apply(change({ add: [dotted], at: Date.now() }), never)).outcome, 'already')
  lab().router.run(['ipset', 'add', 'sw-block-in4', '203.0.113.0/24', 'comment', 'theirs'])
  const wide = block({ network: '203.0.113.0/24', until: hour })
  assert.equal((await target().apply(change({ add: [wide], at: Date.now() }), never)).outcome, 'already')
  await target().apply(change({ remove: [wide, dotted], at: Date.now() }), never)
  assert.match(lab().router.run(['ipset', 'save', 'sw-block-in4']), /203\.0\.113\.0\/24 timeout 0 .*"theirs"/)
  assert.doesNotMatch(lab().router.run(['ipset', 'save', 'sw-block-in6']), /::192/)
})
