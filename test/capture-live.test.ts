import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Problem } from '../src/base/problem.ts'
import { cutCapture } from '../src/capture/cut-capture.ts'
import { type LiveCaptureOptions, startCapture } from '../src/capture/live-capture.ts'
import { packetExpression } from '../src/capture/packet-expression.ts'
import { hasTcpdump, packetsOf } from './capture-oracle.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-live-'))
after(() => rmSync(folder, { recursive: true }))
const mayCapture =
  hasTcpdump && spawnSync('tcpdump', ['-i', 'lo', '-d', 'udp']).status === 0 && process.getuid?.() === 0
const skip = mayCapture ? false : 'capturing on loopback needs tcpdump and root'

let made = 0
const place = () => join(folder, `${made++}.pcap`)
const usual = (changes: Partial<LiveCaptureOptions> = {}): LiveCaptureOptions => ({
  interface: 'lo',
  filter: { networks: ['127.0.77.1'] },
  duration: 60_000,
  maxBytes: 1e6,
  out: place(),
  ...changes,
})

/** Sends datagrams of so many bytes over loopback, from one address of it to another. */
async function send(count: number, length: number, from = '127.0.77.1', to = '127.0.77.2'): Promise<void> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, from, resolve))
  for (let k = 0; k < count; k++) {
    await new Promise<void>((resolve, reject) =>
      socket.send(Buffer.alloc(length, k), 9, to, (error) => (error ? reject(error) : resolve())),
    )
  }
  socket.close()
}

/** How many packets of the address the file holds by now. */
async function held(path: string): Promise<number> {
  const out = place()
  const { packets } = await cutCapture({ paths: [path], filter: { networks: ['127.0.77.1'] }, out })
  rmSync(out)
  return packets
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let k = 0; k < 200; k++) {
    if (await isSo()) return
    await wait(50)
  }
  assert.fail('it did not come to that')
}

test('T1 what an address sends is captured, and nothing else; it can be stopped', { skip }, async () => {
  const options = usual()
  const capture = await startCapture(options)
  await send(20, 100)
  await send(20, 100, '127.0.88.1', '127.0.88.2')
  await until(
    async () => existsSync(options.out) && readFileSync(options.out).length > 24 && (await held(options.out)) >= 20,
  )
  capture.stop()
  const result = await capture.done
  assert.equal(result.ended, 'stopped')
  // The answer of a closed port quotes the datagram, and is of the address, too.
  assert.ok(result.packets >= 20 && result.packets <= 40, `${result.packets}`)
  const content = readFileSync(options.out)
  assert.equal(result.bytes, content.length)
  assert.equal(result.sha256, createHash('sha256').update(content).digest('hex'))
  assert.equal(await held(options.out), result.packets)
})

test('T1 it stops by itself when its time is over', { skip }, async () => {
  const capture = await startCapture(usual({ duration: 300 }))
  const { ended, packets } = await capture.done
  assert.deepEqual([ended, packets], ['time', 0])
})

test('T1 it stops by itself at its size, with whole packets only', { skip }, async () => {
  const options = usual({ maxBytes: 5000 })
  const capture = await startCapture(options)
  const sending = send(200, 500)
  const { ended, bytes, packets } = await capture.done
  await sending
  assert.equal(ended, 'size')
  assert.ok(bytes <= 5000 && bytes > 3000, `${bytes}`)
  assert.equal(await held(options.out), packets)
})

test('T1 tcpdump gives up its privileges where it is told to', { skip }, async () => {
  const capture = await startCapture(usual({ user: 'nobody' }))
  const { stdout } = spawnSync('ps', ['-C', 'tcpdump', '-o', 'user=,args='], { encoding: 'utf8' })
  assert.ok(
    stdout.split('\n').some((line) => /^nobody\s.*127\.0\.77\.1/.test(line)),
    stdout,
  )
  capture.stop()
  assert.equal((await capture.done).ended, 'stopped')
})

test('T1 what cannot be captured is said, and leaves no file', {
  skip: hasTcpdump ? false : 'tcpdump is missing',
}, async () => {
  const refused = async (changes: Partial<LiveCaptureOptions>, code: string) => {
    const options = usual(changes)
    await assert.rejects(startCapture(options), (error) => error instanceof Problem && error.code === code)
    assert.equal(existsSync(options.out), false)
  }
  await refused({ interface: 'nosuchif0' }, 'capture')
  await refused({ interface: '-w/etc/passwd' }, 'usage')
  await refused({ interface: 'lo; rm' }, 'usage')
  await refused({ user: 'root; x' }, 'usage')
  await refused({ filter: { networks: [] } }, 'bad-network')
  await refused({ filter: { networks: ['127.0.0.1 or tcp'] } }, 'bad-network')
  await refused({ duration: 0 }, 'usage')
  await refused({ duration: Number.NaN }, 'usage')
  await refused({ maxBytes: 10 }, 'usage')
  await refused({ out: join(folder, 'none', 'x.pcap') }, 'capture-output')
})

test('T1 the filter is made of addresses that were read, and libpcap takes it', {
  skip: hasTcpdump ? false : 'tcpdump is missing',
}, () => {
  assert.equal(packetExpression(['192.0.2.1', '2001:DB8:0::1/64'], [], false), '(host 192.0.2.1 or net 2001:db8::/64)')
  assert.equal(
    packetExpression(['192.0.2.99/24'], ['::ffff:198.51.100.1'], true),
    '((net 192.0.2.0/24) and (host 198.51.100.1)) or (vlan and (net 192.0.2.0/24) and (host 198.51.100.1))',
  )
  const many = Array.from({ length: 100 }, (_, k) => (k % 2 === 0 ? `203.0.113.${k}` : `2001:db8::${k}`))
  for (const networks of [['0.0.0.0/0'], ['::/0'], ['10.0.0.0/8', 'fc00::/7'], many]) {
    const { status, stderr } = spawnSync('tcpdump', ['-y', 'EN10MB', '-d', packetExpression(networks, [], true)], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
  }
  assert.throws(() => packetExpression([...many, '192.0.2.1'], [], true), /101 addresses/)
})

test('T1 a capture that was made live is cut like any other', { skip }, async () => {
  const options = usual()
  const capture = await startCapture(options)
  await send(5, 50)
  await until(async () => (await held(options.out).catch(() => 0)) >= 5)
  capture.stop()
  await capture.done
  const out = place()
  const { packets } = await cutCapture({
    paths: [options.out],
    filter: { networks: ['127.0.77.1'], peers: ['127.0.77.2'] },
    out,
  })
  assert.ok(packets >= 5)
  assert.equal(packetsOf(out).length, packets)
})
