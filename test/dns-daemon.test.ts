/** What real DNS servers log of a sweep through their zone is read: every name that was asked for is a row. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeAll, inputOf } from './decode-fixture.ts'
import { DnsDaemon, Namespace, pointerName, type Server, whyNoDaemons } from './dns-daemon.ts'

const reason = whyNoDaemons()
const servers: readonly Server[] = ['unbound', 'bind']
const block = Array.from({ length: 256 }, (_, host) => pointerName(`192.0.2.${host}`))

async function read(server: Server, log: string) {
  const bytes = new Uint8Array(Buffer.from(log, 'latin1'))
  const { records, result } = await decodeAll(inputOf(bytes), 'query.log')
  assert.equal(result.format, server)
  assert.deepEqual(result.tally.examples, [])
  return records
}

for (const server of servers) {
  test(`${server}: nmap -sL over a /24 is 256 PTR rows`, { skip: reason ?? false }, async () => {
    const namespace = new Namespace()
    const daemon = await DnsDaemon.start(server, namespace)
    try {
      const report = daemon.listScan('192.0.2.0/24')
      assert.match(report, /host10\.example\.org \(192\.0\.2\.10\)/)
      const records = await read(server, await daemon.logWith(' PTR', 256 * (server === 'unbound' ? 2 : 1)))
      const queries = records.filter(({ query }) => query?.type === 'PTR' && query.rcode === undefined)
      assert.deepEqual(
        [...new Set(queries.map(({ query }) => query?.name))].filter((name) => name !== 'ready.example.org').sort(),
        [...block].sort(),
      )
      for (const record of queries) {
        assert.equal(record.kind, 'dns')
        assert.equal(record.src, '127.0.0.1')
        if (server === 'bind') assert.equal(record.dst, '127.0.0.1')
        if (server === 'bind') assert.equal(record.protocol, 'udp')
        assert.ok(Math.abs(Date.parse(record.time) - Date.now()) < 26 * 3600_000)
      }
      if (server === 'unbound') {
        const named = records.filter(({ query }) => query?.rcode === 'NOERROR' && query.name?.endsWith('arpa'))
        assert.equal(new Set(named.map(({ query }) => query?.name)).size, 5)
      }
    } finally {
      await daemon.stop()
      namespace.remove()
    }
  })

  test(`${server}: lookups of a mail server are rows`, { skip: reason ?? false }, async () => {
    const namespace = new Namespace()
    const daemon = await DnsDaemon.start(server, namespace)
    try {
      const clients = ['192.0.2.10', '192.0.2.25', '192.0.2.200'].map(pointerName)
      assert.equal(daemon.ask(clients), clients.length)
      const records = await read(server, await daemon.logWith(clients[2] as string, 1))
      const asked = records.filter(({ query }) => query?.rcode === undefined).map(({ query }) => query?.name)
      for (const name of clients) assert.ok(asked.includes(name), name)
    } finally {
      await daemon.stop()
      namespace.remove()
    }
  })
}
