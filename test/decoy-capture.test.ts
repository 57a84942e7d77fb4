/** The capture of a session is one that tshark reads: right ends, times, payload both ways, sound checksums. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { type Said, sessionPcap } from '../src/decoy/record/packets.ts'
import { dial, hear, openDecoys, whyNot } from './decoy-parts.ts'

const skip = whyNot('tshark')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-pcap-'))
after(() => rmSync(folder, { recursive: true }))
const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE']

function fields(path: string, filter: string, ...names: readonly string[]): string[][] {
  return read(path, [], filter, ...names)
}

function read(path: string, options: readonly string[], filter: string, ...names: readonly string[]): string[][] {
  const words = [
    '-r',
    path,
    ...checks,
    ...options,
    '-Y',
    filter,
    '-T',
    'fields',
    ...names.flatMap((name) => ['-e', name]),
  ]
  const { stdout, status, stderr } = spawnSync('tshark', words, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
}

const at = Date.parse('2026-11-22T02:13:40.123Z') * 1000
const said: readonly Said[] = [
  { at: at + 1000, fromClient: false, bytes: Buffer.from('220 hello\r\n') },
  { at: at + 2000, fromClient: true, bytes: Buffer.alloc(4000, 'abc') },
  { at: at + 2500, fromClient: true, bytes: Buffer.from('odd') },
]

for (const [src, dst] of [
  ['203.0.113.7', '192.0.2.1'],
  ['2001:db8::7', '2001:db8:1::1'],
] as const) {
  test(`C4 TCP between ${src} and ${dst}`, { skip }, () => {
    const path = join(folder, 'tcp.pcap')
    const ends = { src, srcPort: 40_000, dst, dstPort: 21 }
    writeFileSync(path, sessionPcap({ ends, transport: 'tcp', at, endAt: at + 5e6, said }))
    assert.deepEqual(
      fields(
        path,
        'tcp.analysis.flags || _ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0',
        'frame.number',
      ),
      [],
    )
    const ip = src.includes(':') ? 'ipv6' : 'ip'
    const [first] = fields(
      path,
      'tcp.flags.syn==1 && tcp.flags.ack==0',
      'frame.time_epoch',
      `${ip}.src`,
      'tcp.srcport',
      `${ip}.dst`,
      'tcp.dstport',
    )
    assert.deepEqual(first, ['1795313620.123000000', src, '40000', dst, '21'])
    const bytes = (filter: string) =>
      fields(path, filter, 'tcp.payload')
        .map(([hex = '']) => hex)
        .join('')
    assert.equal(Buffer.from(bytes('tcp.dstport == 21 && tcp.len > 0'), 'hex').toString(), `${said[1]?.bytes}odd`)
    assert.equal(Buffer.from(bytes('tcp.srcport == 21 && tcp.len > 0'), 'hex').toString(), '220 hello\r\n')
    assert.equal(fields(path, 'tcp.flags.fin == 1', 'frame.number').length, 2)
  })
}

test('C4 UDP', { skip }, () => {
  const path = join(folder, 'udp.pcap')
  const ends = { src: '203.0.113.7', srcPort: 5060, dst: '192.0.2.1', dstPort: 5060 }
  writeFileSync(path, sessionPcap({ ends, transport: 'udp', at, endAt: at, said }))
  assert.deepEqual(fields(path, '_ws.malformed && !sip || udp.checksum.status == 0', 'frame.number'), [])
  assert.deepEqual(
    fields(path, 'udp', 'udp.length').map(([length]) => length),
    ['19', '4008', '11'],
  )
})

test('C4 the captures of real sessions hold what went over the wire; JA3 is what tshark says it is', {
  skip,
}, async () => {
  const open = await openDecoys([
    { service: 'https', transport: 'tcp' },
    { service: 'ftp', transport: 'tcp' },
    { service: 'sip', transport: 'udp' },
  ])
  const ftp = await dial(open.port('ftp'))
  ftp.write('USER bob\r\n')
  await hear(ftp, /331/)
  ftp.destroy()
  const tls = connectTls({
    port: open.port('https'),
    host: '127.0.0.1',
    rejectUnauthorized: false,
    servername: 'a.example',
    ALPNProtocols: ['http/1.1'],
  })
  await new Promise((resolve) => tls.once('secureConnect', resolve))
  tls.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n')
  await new Promise((resolve) => tls.once('data', resolve))
  tls.destroy()
  const udp = createSocket('udp4')
  const request = `OPTIONS sip:1@a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:1@a>;tag=1\r\nTo: <sip:1@a>\r\nCall-ID: 9\r\nCSeq: 1 OPTIONS\r\nUser-Agent: ${'x'.repeat(300)}\r\n\r\n`
  const answered = new Promise<Buffer>((resolve) => udp.once('message', resolve))
  udp.send(request, open.port('sip', 'udp'), '127.0.0.1')
  assert.match((await answered).toString(), /^SIP\/2\.0 200 OK/)
  udp.close()
  await wait(100)
  await open.decoy.close()
  const of = (service: string) => {
    const touch = open.lines().find(({ decoy, event }) => decoy === service && event === 'touch')!
    return { touch, path: join(open.directory, touch.capture as string) }
  }
  const asFtp = ['-d', `tcp.port==${open.port('ftp')},ftp`]
  assert.deepEqual(read(of('ftp').path, asFtp, 'ftp.request.command', 'ftp.request.command', 'ftp.request.arg'), [
    ['USER', 'bob'],
  ])
  const { touch, path } = of('https')
  assert.deepEqual(fields(path, 'tls.handshake.type == 1', 'tls.handshake.ja3'), [[touch['ja3']]])
  assert.equal(touch['serverName'], 'a.example')
  assert.equal(touch['uri'], '/')
  assert.equal(fields(of('sip').path, 'sip', 'frame.number').length, 2)
  await open.remove()
})
