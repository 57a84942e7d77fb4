import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { inFolder, labLines, WatchRun } from './watch-run.ts'

const net = ['--net', '192.0.2.0/24']
const scan = labLines('masscan_24_p80_r1000')
const scanner = '203.0.113.70'

const foundIt = (run: WatchRun) => run.scans.some(({ sources }) => sources[0] === scanner)

/** The port that a listener says it has. */
async function portOf(run: WatchRun): Promise<number> {
  await run.until((each) => /listening on port \d+/.test(each.err))
  return Number(/listening on port (\d+)/.exec(run.err)?.[1])
}

async function sendUdp(port: number, datagrams: readonly (string | Uint8Array)[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const [k, datagram] of datagrams.entries()) {
    await new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve))
    if (k % 50 === 49) await wait(2)
  }
  socket.close()
}

test('syslog over UDP: a scan is told while it is under way', async () => {
  const run = new WatchRun([...net, 'syslog+udp://127.0.0.1:0'])
  await sendUdp(
    await portOf(run),
    scan.map((line) => `<4>${line}\n`),
  )
  await run.until(foundIt)
  assert.equal(await run.kill('SIGTERM'), 0, run.err)
  assert.equal(run.scans.at(-1)?.probes, 254, 'the last datagrams were read before the end')
})

for (const [name, framed] of [
  ['newlines', (line: string) => `<4>${line}\n`],
  ['octet counting', (line: string) => `${Buffer.byteLength(`<4>${line}`)} <4>${line}`],
] as const) {
  test(`syslog over TCP with ${name}, cut anywhere, from several senders at once`, async () => {
    const run = new WatchRun([...net, 'syslog+tcp://127.0.0.1:0'])
    const port = await portOf(run)
    const send = async (lines: readonly string[]) => {
      const socket = connect(port, '127.0.0.1')
      const text = lines.map(framed).join('')
      for (let at = 0; at < text.length; at += 777) {
        socket.write(text.slice(at, at + 777))
        await wait(1)
      }
      await new Promise<void>((resolve) => socket.end(resolve))
    }
    const half = scan.length / 2
    await Promise.all([send(scan.slice(0, half)), send(scan.slice(half))])
    await run.until(foundIt)
    assert.equal(await run.kill('SIGTERM'), 0, run.err)
    assert.equal(run.scans.at(-1)?.probes, 254)
  })
}

test(
  'syslog over TLS; a sender that speaks no TLS is told and harms nobody',
  inFolder(async (folder) => {
    const pem = join(folder, 'key.pem')
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', pem, '-out', join(folder, 'cert.pem')],
      ...['-days', '2', '-subj', '/CN=localhost'],
    ])
    assert.equal(made.status, 0, String(made.stderr))
    const run = new WatchRun([...net, 'syslog+tls://127.0.0.1:0?cert=cert.pem&key=key.pem'], folder)
    const port = await portOf(run)
    connect(port, '127.0.0.1')
      .on('error', () => {})
      .end('<4>plain text\n')
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.write(scan.map((line) => `<4>${line}\n`).join(''))
    await run.until(foundIt)
    socket.destroy()
    await run.until((each) => /TLS:/.test(each.err))
    assert.equal(await run.kill('SIGTERM'), 0, run.err)
  }),
)

test(
  "Suricata's unix socket",
  inFolder(async (folder) => {
    const run = new WatchRun([...net, 'eve+unix:eve.sock'], folder)
    await run.until(() => existsSync(join(folder, 'eve.sock')))
    const socket = connect(join(folder, 'eve.sock'))
    for (let host = 1; host < 120; host++) socket.write(`${flowEvent(host)}\n`)
    await run.until((each) => each.scans.length > 0)
    socket.destroy()
    assert.equal(await run.kill('SIGTERM'), 0, run.err)
  }),
)

/** One SYN to a dead address, and now and then an answer so that silence means something. */
function flowEvent(host: number): string {
  const answered = host % 40 === 1
  const time = new Date(Date.now() - 60_000 + host * 10).toISOString().replace('Z', '+0000')
  const flow = {
    ...{ pkts_toserver: 1, pkts_toclient: answered ? 1 : 0, bytes_toserver: 60, bytes_toclient: answered ? 60 : 0 },
    ...{ start: time, end: time, state: 'closed', reason: 'timeout' },
  }
  const tcp = { tcp_flags_ts: '02', tcp_flags_tc: answered ? '12' : '00' }
  const ends = { src_ip: scanner, src_port: 40_000 + host, dest_ip: `192.0.2.${host}`, dest_port: 23, proto: 'TCP' }
  return JSON.stringify({ timestamp: time, event_type: 'flow', ...ends, flow, tcp })
}

test('a capture through tcpdump finds a scan of loopback, and says what tcpdump dropped or complained of', async (t: TestContext) => {
  if (spawnSync('tcpdump', ['--version']).error || process.getuid?.() !== 0) return t.skip('needs tcpdump and root')
  const run = new WatchRun(['--net', '127.0.0.0/8', 'capture://lo?filter=tcp+port+9'])
  await wait(1500)
  for (let host = 1; host < 60; host++) {
    const socket = connect({ host: `127.0.7.${host}`, port: 9, localAddress: '127.0.0.1' })
    socket.on('error', () => {})
    await wait(5)
    socket.destroy()
  }
  await run.until((each) => each.scans.some(({ sources }) => sources.includes('127.0.0.1')))
  assert.equal(await run.kill('SIGTERM'), 0, run.err)
})

test('a source that dies is told and tried again; the others go on', async () => {
  const blocker = createServer()
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
  const { port: taken } = blocker.address() as { port: number }
  const run = new WatchRun([
    ...net,
    `syslog+tcp://127.0.0.1:${taken}`,
    'syslog+udp://127.0.0.1:0',
    'capture://no-such-interface0',
  ])
  await run.until(
    (each) => /EADDRINUSE.*tried again/.test(each.err) && /no-such-interface0.*tried again/.test(each.err),
  )
  await sendUdp(
    await portOf(run),
    scan.map((line) => `<4>${line}`),
  )
  await run.until(foundIt)
  await new Promise((resolve) => blocker.close(resolve))
  await run.until((each) => new RegExp(`${taken}: listening`).test(each.err))
  assert.equal(await run.kill('SIGTERM'), 0, run.err)
})

test(
  'what came over a socket survives a kill',
  inFolder(async (folder) => {
    const args = [...net, '--state', 'state', '--keep-every', '3600', 'syslog+udp://127.0.0.1:0']
    const first = new WatchRun(args, folder)
    // Too little of the scan for a verdict.
    await sendUdp(await portOf(first), scan.slice(0, 20))
    await wait(500)
    assert.equal(first.scans.length, 0)
    await first.kill('SIGKILL')
    const second = new WatchRun(args, folder)
    await sendUdp(await portOf(second), scan.slice(20))
    await second.until(foundIt)
    await second.kill('SIGTERM')
    assert.equal(second.scans.at(-1)?.probes, 254)
  }),
)

test(
  'SIGHUP: a good configuration is taken up, a bad one changes nothing',
  inFolder(async (folder) => {
    const config = join(folder, 'sweepwatch.yaml')
    const write = (networks: string, sources: string) =>
      writeFileSync(config, `networks: ${networks}\nsources: ${sources}\n`)
    write('[192.0.2.0/24]', "['syslog+udp://127.0.0.1:0']")
    const run = new WatchRun([], folder)
    const port = await portOf(run)
    write('[nonsense]', '[]')
    run.child.kill('SIGHUP')
    await run.until((each) => /not taken, the old one stays/.test(each.err))
    writeFileSync(join(folder, 'fw.log'), `${scan.join('\n')}\n`)
    write('[192.0.2.0/24]', "['syslog+udp://127.0.0.1:0', fw.log]")
    run.child.kill('SIGHUP')
    await run.until(foundIt)
    await sendUdp(port, [scan[0] as string])
    assert.match(run.err, /read again/)
    assert.equal(await run.kill('SIGTERM'), 0, run.err)
  }),
)

test('mistyped sources are refused with a hint', () => {
  for (const [source, why] of [
    ['syslog+upd://127.0.0.1:514', /no such kind of source/],
    ['syslog+tls://127.0.0.1:6514', /cert=FILE/],
    ['syslog+udp://127.0.0.1:5514?sockets=0', /sockets/],
    ['capture://-rf', /no interface|not readable/],
    ['netflow+udp://127.0.0.1:99999999', /not readable/],
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, ['src/cli.ts', 'watch', source], {
      encoding: 'utf8',
      timeout: 20_000,
    })
    assert.equal(status, 2, `${source}: ${stderr}`)
    assert.match(stderr, why)
  }
})

test(
  'a format of the configuration is read, and with --until-end a source that cannot be read ends the run',
  inFolder(async (folder) => {
    const columns = ['when', 'from', 'to', 'port', 'proto', 'verdict']
    const mapping = [
      'networks: [192.0.2.0/24]',
      'formats:',
      '  ours:',
      '    title: Ours',
      '    lines: csv',
      '    delimiter: ";"',
      '    columns:',
      '      time: when',
      '      src: from',
      '      dst: to',
      '      dstPort: port',
      '      protocol: proto',
      '      action: {from: verdict, values: {KO: deny}}',
    ]
    writeFileSync(join(folder, 'sweepwatch.yaml'), `${mapping.join('\n')}\n`)
    const rows = Array.from(
      { length: 80 },
      (_, k) => `2026-11-22T10:00:${String(k % 60).padStart(2, '0')}Z;${scanner};192.0.2.${k + 1};23;tcp;KO`,
    )
    writeFileSync(join(folder, 'ours.csv'), `${columns.join(';')}\n${rows.join('\n')}\n`)
    const run = new WatchRun(['--until-end', '--format', 'ours', 'ours.csv'], folder)
    assert.equal(await run.ended, 0, run.err)
    assert.ok(foundIt(run), run.err)
    const missing = new WatchRun(['--until-end', 'no-such.log'], folder)
    assert.equal(await missing.ended, 1)
  }),
)
