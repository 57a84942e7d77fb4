/** Sweeps as real name servers log them, through the whole of `analyze`: found at the fifth name, told by every report. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { analyze } from '../src/pipeline/analyze.ts'
import { htmlReport } from '../src/report/html.ts'
import { textReport } from '../src/report/text.ts'
import { DnsDaemon, Namespace, pointerName, type Server, whyNoDaemons } from './dns-daemon.ts'
import { checkTerms, replay } from './score-replay.ts'

const reason = whyNoDaemons()
const typed = { program: 'sweepwatch', paths: ['query.log'] }
const net = ['192.0.2.0/24', '127.0.0.0/8']

/** What is found in a log. */
async function analyzeLog(log: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-dns-'))
  try {
    const path = join(folder, 'query.log')
    writeFileSync(path, log, 'latin1')
    return { path, bytes: readFileSync(path), analysis: await analyze({ paths: [path], net }) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function withServer(server: Server, use: (daemon: DnsDaemon) => Promise<void>): Promise<void> {
  const namespace = new Namespace()
  try {
    const daemon = await DnsDaemon.start(server, namespace)
    try {
      await use(daemon)
    } finally {
      await daemon.stop()
    }
  } finally {
    namespace.remove()
  }
}

for (const server of ['unbound', 'bind'] as const) {
  test(`${server}: nmap -sL over a /24 is found at its fifth name`, { skip: reason ?? false }, () =>
    withServer(server, async (daemon) => {
      daemon.listScan('192.0.2.0/24')
      const log = await daemon.logWith(' PTR', 256 * (server === 'unbound' ? 2 : 1))
      const { bytes, path, analysis } = await analyzeLog(log)
      assert.equal(analysis.scans.length, 1)
      const { scan } = analysis.scans[0]!
      assert.deepEqual([scan.methods, scan.sources, scan.probesToDetect], [['dns-ptr'], ['127.0.0.1'], 5])
      assert.deepEqual([scan.probes, scan.targets.blocks, scan.order.kind], [256, ['192.0.2.0/24'], 'sequential'])
      replay(scan)
      checkTerms(scan)
      for (const [n, step] of scan.evidence.steps.entries()) {
        assert.equal(step.source, path)
        const record = bytes.subarray(step.offset, step.offset + step.length).toString('latin1')
        assert.match(record, new RegExp(`[ :]${n + 1}\\.2\\.0\\.192\\.in-addr\\.arpa\\.? .*PTR`))
      }
      assert.ok(analysis.summary.first !== null && analysis.summary.scans === 1)
      if (server === 'unbound') assert.equal(scan.names?.length, 5)
      const text = textReport(analysis, { colour: false, unicode: true, columns: 100 }, typed)
      assert.match(text, /127\.0\.0\.1 asked for the names of all 256 addresses of 192\.0\.2\.0\/24/)
      assert.ok(htmlReport(analysis, typed).includes('asked for the names'))
    }),
  )

  test(`${server}: the lookups of a mail server are no scan`, { skip: reason ?? false }, () =>
    withServer(server, async (daemon) => {
      const senders = Array.from({ length: 60 }, (_, n) =>
        pointerName(`${11 + ((n * 37) % 200)}.${(n * 91) % 256}.${n}.${(n * 53) % 256}`),
      )
      const pool = [5, 2, 9, 1, 12, 4, 14, 7].map((host) => pointerName(`192.0.2.${host}`))
      daemon.ask([...senders.slice(0, 20), ...pool, ...senders.slice(20)])
      const { analysis } = await analyzeLog(await daemon.logWith(senders[59] as string, 1))
      assert.deepEqual(analysis.scans, [])
    }),
  )
}

test('bind: a zone transfer that is refused is found', { skip: reason ?? false }, () =>
  withServer('bind', async (daemon) => {
    daemon.namespace.addAddress('203.0.113.7')
    daemon.namespace.run(['dig', '-b', '203.0.113.7', '@127.0.0.1', 'example.org', 'AXFR'])
    const { analysis } = await analyzeLog(await daemon.logWith('AXFR', 2))
    const [drawn, ...others] = analysis.scans
    assert.deepEqual(others, [])
    assert.deepEqual(drawn?.scan.methods, ['dns-axfr'])
    const { sources, zones, direction, severity, spoofable } = drawn.scan
    assert.deepEqual([sources, zones, direction, severity], [['203.0.113.7'], ['example.org'], 'inbound', 'medium'])
    assert.equal(spoofable, false)
    replay(drawn.scan)
    checkTerms(drawn.scan)
  }),
)
