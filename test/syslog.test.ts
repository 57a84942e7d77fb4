import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Action } from '../src/event/batch.ts'
import { actionOf } from '../src/event/log-prefix.ts'
import { Syslog } from '../src/framing/syslog.ts'
import { newest } from './decode-fixture.ts'

function read(line: string): { time: string; host: string; tag: string; text: string } {
  const bytes = new Uint8Array(Buffer.from(line, 'latin1'))
  const syslog = new Syslog(newest)
  syslog.read(bytes, 0, bytes.length)
  return {
    time: syslog.hasTime ? new Date((syslog.time[0] as number) / 1000).toISOString() : '',
    host: line.slice(syslog.hostFrom, syslog.hostTo),
    tag: line.slice(syslog.tagFrom, syslog.tagTo),
    text: line.slice(syslog.text),
  }
}

test('a host name that stands twice is no tag', () => {
  const time = '2026-06-27T09:02:22.000Z'
  assert.deepEqual(read('Jun 27 09:02:22 udm udm sshd[45]: x'), { time, host: 'udm', tag: 'sshd', text: 'x' })
  assert.deepEqual(read('Jun 27 09:02:22 udm udmpro: x'), { time, host: 'udm', tag: 'udmpro', text: 'x' })
  assert.equal(read('Jun 27 09:02:22 udm udm').host, 'udm')
})

test("RouterOS's and ctime's stamps", () => {
  for (const [stamp, time] of [
    ['nov/22/2025 02:13:41', '2025-11-22T02:13:41.000Z'],
    ['nov/22 02:13:41', '2026-11-22T02:13:41.000Z'],
    ['dec/31 02:13:41', '2025-12-31T02:13:41.000Z'],
    ['Sun Nov 22 02:13:41 2026', '2026-11-22T02:13:41.000Z'],
    ['[Sun Nov 22 02:13:41 2026]', '2026-11-22T02:13:41.000Z'],
  ] as const) {
    assert.deepEqual(read(`${stamp} firewall,info x`), { time, host: '', tag: '', text: 'firewall,info x' }, stamp)
  }
  for (const none of [
    'nov/32 02:13:41 x',
    'foo/22 02:13:41 xxxxx',
    'Sun Nov 22 25:13:41 2026 x',
    'nov/22x02:13:41 xx',
  ]) {
    assert.equal(read(none).time, '', none)
  }
})

test('what UniFi, EdgeOS and VyOS say with a letter goes before the words of a rule', () => {
  assert.equal(actionOf('[WAN_LOCAL-A-2147483647] DESCR="[WAN_LOCAL]Block All Traffic"'), Action.allow)
  assert.equal(actionOf('[WAN_LOCAL-default-D]'), Action.deny)
  assert.equal(actionOf('[ipv4-FWD-filter-10-R]'), Action.reject)
  assert.equal(actionOf('[UFW BLOCK]'), Action.deny)
  assert.equal(actionOf('[PRE-DMZ-X-5]'), Action.none)
})
