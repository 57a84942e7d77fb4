/** Escalation is told to people: by a running service, grouped, once for each case and rule, and noted in the case's history. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { CaseStore } from '../src/store/case-store.ts'
import { inFolder, labLines, WatchRun } from './watch-run.ts'

const root = join(import.meta.dirname, '..')
const secret = 'a secret of more than sixteen bytes'
const net = ['--net', '192.0.2.0/24', '--net', '198.18.0.0/20', '--net', '10.20.0.0/24']
const log = ['nmap_syn_horiz_3ports', 'killchain', 'masscan_24_p80_r1000'].flatMap((name) => labLines(name))

interface Posted {
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

async function receiver(): Promise<{ server: Server; url: string; posted: Posted[] }> {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (text) => (body += text))
    request.on('end', () => {
      posted.push({ body, headers: request.headers })
      response.end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posted }
}

test(
  'a running service tells its webhook of escalated cases in few messages, signed, and not again after a restart',
  inFolder(async (folder) => {
    const { server, url, posted } = await receiver()
    try {
      writeFileSync(join(folder, 'secret'), secret)
      writeFileSync(join(folder, 'fw.log'), `${log.join('\n')}\n`)
      writeFileSync(
        join(folder, 'sweepwatch.yaml'),
        `notify: {group: 0.5, channels: {soc: {kind: webhook, url: '${url}', secretFile: secret}}}\n`,
      )
      const args = [...net, '--state', 'state', 'fw.log']
      const run = new WatchRun(args, folder)
      await run.until(() => posted.length > 0, 60)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await run.kill('SIGTERM')
      const probes = run.scans.reduce((sum, { probes }) => sum + probes, 0)
      assert.ok(probes > 1000 && posted.length <= 6, `${posted.length} messages for ${probes} probes`)
      for (const { body, headers } of posted) {
        assert.ok(headers['x-sweepwatch-signature'], 'signed')
        assert.doesNotMatch(body, new RegExp(secret))
      }
      const [first] = posted
      const stamp = String(headers(first)['x-sweepwatch-timestamp'] ?? '')
      const signature = createHmac('sha256', secret).update(`${stamp}.${first?.body}`).digest('hex')
      assert.ok(
        String(headers(first)['x-sweepwatch-signature']).includes(signature),
        'by the secret over time and body',
      )

      const store = CaseStore.open(join(folder, 'state'))
      const escalated = store.list({ escalated: true })
      assert.ok(escalated.length > 0)
      for (const { id } of escalated) {
        const told = store.find(id).history.filter(({ body }) => body.kind === 'notified')
        assert.ok(told.length >= 1, `${id} is noted as told`)
        assert.ok(posted.some(({ body }) => body.includes(id)))
      }
      store.close()

      const before = posted.length
      const again = new WatchRun([...args, '--until-end'], folder)
      assert.equal(await again.ended, 0, again.err)
      const swept = spawnSync(process.execPath, [join(root, 'src/cli.ts'), 'notify', '--state', 'state'], {
        cwd: folder,
        encoding: 'utf8',
      })
      assert.equal(swept.status, 0, swept.stderr)
      assert.match(swept.stdout, /nothing waits to be told/)
      assert.equal(posted.length, before, 'nothing is told twice')
    } finally {
      server.close()
    }
  }),
)

function headers(posted: Posted | undefined): IncomingMessage['headers'] {
  return posted?.headers ?? {}
}

test(
  'what cannot be delivered is said, and kept for the next time',
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'secret'), secret)
    const { server, url, posted } = await receiver()
    await new Promise((resolve) => server.close(resolve))
    writeFileSync(
      join(folder, 'sweepwatch.yaml'),
      `notify: {channels: {soc: {kind: webhook, url: '${url}', secretFile: secret}}}\n`,
    )
    const cli = (...words: string[]) =>
      spawnSync(process.execPath, [join(root, 'src/cli.ts'), ...words], { cwd: folder, encoding: 'utf8' })
    const analyzed = cli(
      'analyze',
      '--net',
      '192.0.2.0/24',
      '--state',
      'state',
      join(root, 'fixtures/demo/masscan-sweep.pcap'),
    )
    assert.equal(analyzed.status, 0, analyzed.stderr)
    const failed = cli('notify', '--state', 'state')
    assert.equal(failed.status, 1)
    assert.match(failed.stdout, /soc: retried, 1 case/)
    assert.equal(posted.length, 0)
  }),
)
