import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { block, change } from './target/change.ts'
import { openLab } from './target/open-lab.ts'

const never = new AbortController().signal
const { lab, target, skip } = openLab('iptables', ['ipset', 'iptables'], (made) => ({
  kind: 'iptables',
  ...made.router.tool(''),
}))

const run = (line: string) => lab().router.run(line.split(' '))
const until = () => new Date(Date.now() + 600_000).toISOString().replace(/\..*/, 'Z')
const shoot = () => lab().shoot({ from: 'outside', sources: ['203.0.113.7'], to: '192.0.2.9', port: 53, count: 10 })[0]
const apply = (blocks: ReturnType<typeof block>[]) => target().apply(change({ add: blocks, at: Date.now() }), never)

const damages: readonly (readonly [string, readonly string[]])[] = [
  ['a rule before ours lets all pass', ['iptables -t raw -I PREROUTING -j ACCEPT']],
  ['our chain lets all pass', ['iptables -t raw -I SWEEPWATCH -j ACCEPT']],
  ['the way to our chain is gone', ['iptables -t raw -D PREROUTING -j SWEEPWATCH']],
  ['the way is there twice', ['iptables -t raw -A PREROUTING -j SWEEPWATCH']],
  [
    'a set is of another type',
    [
      'ip6tables -t mangle -F SWEEPWATCH',
      'ipset destroy sw-block-out6',
      'ipset create sw-block-out6 hash:ip family inet6',
      'ip6tables -t mangle -A SWEEPWATCH -m set --match-set sw-block-out6 dst -j DROP',
    ],
  ],
]

for (const [what, commands] of damages) {
  test(`iptables: ${what}: told, mended, and entries and counters stay`, { skip }, async () => {
    const blocks = [block({ network: '203.0.113.7/32', until: until() })]
    await apply(blocks)
    assert.equal(shoot(), 0)
    for (const command of commands) run(command)
    assert.equal((await target().list(never)).intact, false)
    assert.equal((await apply([])).detail, 'sets and rules mended; 0 entries added, 0 renewed, 0 removed')
    assert.equal(shoot(), 0)
    const { intact, entries } = await target().list(never)
    assert.deepEqual([intact, entries.map(({ dropped }) => dropped)], [true, [20]])
    assert.equal((await apply(blocks)).outcome, 'already')
    await target().apply(change({ remove: blocks, at: Date.now() }), never)
  })
}

test('iptables: an exception in a set of ours is told', { skip }, async () => {
  await apply([])
  run('ipset add sw-block-in4 203.0.113.9 nomatch')
  assert.deepEqual((await target().list(never)).strange, ['1 entry of another form, such as an exception (nomatch)'])
  run('ipset del sw-block-in4 203.0.113.9')
})

test('iptables: the tools take the preview that is written down', { skip }, () => {
  const text = readFileSync(join(import.meta.dirname, '../fixtures/target/iptables/preview.txt'), 'utf8')
  const [, sets = '', four = '', six = ''] = text.split(/^# .*\n/m)
  const place = lab().router
  const give = (input: string, ...words: string[]) => {
    const file = join(place.folder, 'given')
    writeFileSync(file, input)
    place.run(['sh', '-c', 'exec "$@" < "$0"', file, ...words])
  }
  give(sets, 'ipset', 'restore', '-exist')
  give(four, 'iptables-restore', '--noflush')
  give(six, 'ip6tables-restore', '--noflush')
})
