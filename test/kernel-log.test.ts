import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Action } from '../src/event/batch.ts'
import { actionOf } from '../src/event/log-prefix.ts'
import { decodeAll, inputOf } from './decode-fixture.ts'

const packet =
  'IN=e OUT= SRC=203.0.113.70 DST=192.0.2.1 LEN=44 TTL=51 ID=7 PROTO=TCP SPT=1 DPT=80 WINDOW=1024 RES=0x00 SYN URGP=0'

/** Times of the events in these lines; a line is given without its packet part. */
async function timesOf(...heads: string[]): Promise<string[]> {
  const text = heads.map((head) => `${head}${packet}\n`).join('')
  const { records } = await decodeAll(inputOf(new Uint8Array(Buffer.from(text))), 'in.log', 'kernel-log')
  return records.map((record) => record.time)
}

test('a stamp without a year is put into the newest year that is not in the future', async () => {
  // The newest time is 2026-11-22T12:00:00Z; a day more is forgiven for clocks and zones.
  assert.deepEqual(
    await timesOf(
      'Nov 23 23:59:59 fw kernel: ',
      'Nov 24 00:00:00 fw kernel: ',
      'Dec 31 23:59:59 fw kernel: ',
      'Jan  1 00:00:00 fw kernel: ',
      'Feb 29 00:00:00 fw kernel: ',
    ),
    [
      '2026-11-23T23:59:59.000000Z',
      '2025-11-24T00:00:00.000000Z',
      '2025-12-31T23:59:59.000000Z',
      '2026-01-01T00:00:00.000000Z',
      '2024-02-29T00:00:00.000000Z',
    ],
  )
})

test('other stamps: dmesg -T, journalctl -o short-unix, a file name from grep', async () => {
  assert.deepEqual(
    await timesOf(
      '[Sun Nov 22 02:13:41 2026] DROP ',
      '1795313621.250000 fw kernel: DROP ',
      '/var/log/kern.log:Nov 22 02:13:41 fw kernel: DROP ',
      'Nov 22 02:13:41 kernel: DROP ',
    ),
    [
      '2026-11-22T02:13:41.000000Z',
      '2026-11-22T02:13:41.250000Z',
      '2026-11-22T02:13:41.000000Z',
      '2026-11-22T02:13:41.000000Z',
    ],
  )
})

test('uptime gives the microseconds until it parts from the wall clock or starts anew', async () => {
  assert.deepEqual(
    await timesOf(
      'Nov 22 02:00:00 fw kernel: [  100.500000] ',
      'Nov 22 02:00:01 fw kernel: [  101.750001] ',
      'Nov 22 02:00:09 fw kernel: [  102.000000] ',
      'Nov 22 02:00:10 fw kernel: [    1.000000] ',
      'Nov 22 02:00:10 fw kernel: [    1.250000] ',
    ),
    [
      '2026-11-22T02:00:00.000000Z',
      '2026-11-22T02:00:01.250001Z',
      '2026-11-22T02:00:09.000000Z',
      '2026-11-22T02:00:10.000000Z',
      '2026-11-22T02:00:10.250000Z',
    ],
  )
})

test('only a whole Ethernet header is jumped over: MAC= may be empty, short or of another link', async () => {
  const ethernet = '02:00:5e:00:53:01:02:00:5e:00:53:02:08:00'
  const headers = ['', '02:00', '45:00:00:2c:00:07:40:00:33:06', ethernet, `${ethernet}:00:01`, 'z'.repeat(41)]
  const sources = ['2.0.0.1', '20.0.0.1', '203.0.0.1', '203.0.11.7', '203.0.113.7', '203.0.113.70']
  // A blank comes 45 bytes behind the start of MAC= whatever the header is.
  const lines = headers.flatMap((header) =>
    sources.flatMap((src) =>
      Array.from({ length: 45 }, (_, zeros) => {
        const fields = `SRC=${src} DST=192.0.2.1 LEN=${'0'.repeat(zeros)}44 TTL=51 PROTO=TCP SPT=1 DPT=80 SYN`
        return { src, text: `kernel: IN=ppp0 OUT= MAC=${header} ${fields}\n` }
      }),
    ),
  )
  const { records } = await decodeAll(
    inputOf(Buffer.from(lines.map(({ text }) => text).join(''))),
    'in.log',
    'kernel-log',
  )
  assert.deepEqual(
    records.map(({ src, dst, dstPort }) => `${src} ${dst} ${dstPort}`),
    lines.map(({ src }) => `${src} 192.0.2.1 80`),
  )
})

test('lines without any time keep their order', async () => {
  assert.deepEqual(await timesOf('DROP ', 'DROP '), ['1970-01-01T00:00:00.000000Z', '1970-01-01T00:00:00.000001Z'])
})

test('what other programs log cannot pass for a packet', async () => {
  const forged = [
    'Nov 22 02:00:00 fw sshd[1]: Failed password for invalid user ',
    'Nov 22 02:00:00 fw sudo: kernel: ',
    'Nov 22 02:00:00 fw nginx: kernel: [ 1.0] ',
    '2026-11-22T02:00:00Z fw app[7]: kernel: ',
    'Nov 22 02:00:00 fw CRON[1]: (root) CMD (',
  ]
  assert.deepEqual(await timesOf(...forged), [])
})

test('what a prefix says the firewall did', () => {
  const said = (prefix: string) => actionOf(prefix)
  for (const prefix of ['[UFW BLOCK]', 'DROP', 'iptables-dropped:', 'Deny ', 'IN_DROPPED', 'BLOCKED:']) {
    assert.equal(said(prefix), Action.deny, prefix)
  }
  assert.equal(said('Shorewall:net2fw:REJECT:'), Action.reject)
  for (const prefix of ['[UFW ALLOW]', 'ACCEPT', 'accepted ']) assert.equal(said(prefix), Action.allow, prefix)
  for (const prefix of ['', 'FW-NEW:', 'raindrops', '[UFW AUDIT]', 'blockchain']) {
    assert.equal(said(prefix), Action.none, prefix)
  }
})
