/** The audit log as an admin reads it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditEntry } from '../src/account/audit-log.ts'
import { IdentityService, password, type Signed } from './server-identity.ts'

let service: IdentityService
let alice: Signed
const began = new Date().toISOString()

before(async () => {
  service = await IdentityService.open()
  await service.add('alice', 'admin')
  await service.add('bob', 'viewer')
  alice = await service.signIn('alice')
})
after(() => service.close())

type Entry = Omit<AuditEntry, 'hash'>
const list = async (query = '') => {
  const { body } = await service.ask(alice, 'GET', `/api/audit?${query}`)
  return body as { readonly entries: readonly Entry[]; readonly next: number | null }
}

test('it says who did what, when, from where, and what was refused; never a secret', async () => {
  const bob = await service.signIn('bob')
  await service.ask(alice, 'PUT', '/api/accounts/bob/role', { role: 'analyst' })
  await service.ask(await service.signIn('bob'), 'PUT', '/api/accounts/alice/role', { role: 'viewer' })
  await service.ask(bob, 'GET', '/api/session')
  const { entries } = await list('operation=changeRole')
  assert.deepEqual(
    entries.map(({ account, origin, status, code }) => [account, origin, status, code]),
    [
      ['bob', '127.0.0.1', 403, 'not-allowed'],
      ['alice', '127.0.0.1', 200, ''],
    ],
  )
  const [, done] = entries
  assert.deepEqual(JSON.parse(String(done?.about)), { name: 'bob', from: 'viewer', role: 'analyst' })
  assert.match(String(done?.via), /^session [0-9a-f]{12}$/)
  assert.ok(String(done?.at) >= began && String(done?.at) <= new Date().toISOString())
  const token = { name: 'siem', scopes: ['read'], days: 1 }
  const { body } = await service.ask(alice, 'POST', '/api/my-account/tokens', token)
  const { text } = await service.ask(alice, 'GET', '/api/audit')
  assert.ok(text.includes(body.id))
  assert.ok(!text.includes(body.secret) && !text.includes(password))
})

test('filters and the cursor give every entry once', async () => {
  await service.ask(undefined, 'POST', '/api/session', { name: 'nobody', password })
  assert.ok((await list('result=refused')).entries.every(({ code }) => code !== ''))
  assert.deepEqual(
    (await list('who=nobody')).entries.map(({ operation, code }) => [operation, code]),
    [['signIn', 'sign-in']],
  )
  assert.equal((await list('since=2999-01-01T00:00:00Z')).entries.length, 0)
  assert.equal((await list(`until=${encodeURIComponent(began)}`)).entries.length, 0)
  const seen: number[] = []
  let next: number | null = 1_000_000
  for (let pages = 0; next !== null && pages < 50; pages++) {
    const page = await list(`limit=2&before=${next}`)
    seen.push(...page.entries.map(({ seq }) => seq))
    next = page.next
  }
  assert.deepEqual(seen, Array.from({ length: service.site.identity.audit.newest() }, (_, i) => i + 1).reverse())
  assert.equal((await service.ask(alice, 'GET', '/api/audit?limit=501')).status, 400)
  assert.equal((await service.ask(alice, 'GET', '/api/audit?since=yesterday')).status, 400)
})

test('CSV holds every entry, and no text in it is a formula', async () => {
  await service.ask(undefined, 'POST', '/api/session', { name: '=cmd|"/C calc"!A1', password })
  const { status, text } = await service.ask(alice, 'GET', '/api/audit.csv')
  assert.equal(status, 200)
  const lines = text.trimEnd().split('\r\n')
  assert.equal(lines.length, service.site.identity.audit.newest() + 1)
  assert.ok(text.includes(`"'=cmd|""/c calc""!a1"`), text)
  const one = await service.ask(alice, 'GET', '/api/audit.csv?who=nobody')
  assert.equal(one.text.trimEnd().split('\r\n').length, 2)
})

test('the check reads the whole chain and finds what was altered', async () => {
  const { audit } = service.site.identity
  const count = audit.newest()
  const filler = { account: '', via: '', origin: '', operation: 'test', about: '{}', status: 200, code: '' }
  for (let n = 0; n < 2100; n++) audit.add(filler)
  const whole = await service.ask(alice, 'GET', '/api/audit/check')
  assert.equal(whole.body.entries, count + 2100)
  assert.equal(whole.body.broken, null)
  service.site.cases.database.exec(
    "DROP TRIGGER audit_entry_kept_as_it_is; UPDATE audit_entry SET origin = '203.0.113.9' WHERE seq = 2050",
  )
  const altered = await service.ask(alice, 'GET', '/api/audit/check')
  assert.deepEqual([altered.body.entries, altered.body.broken], [2049, 2050])
})
