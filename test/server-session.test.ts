/** Signing in to the service, with real accounts over a real socket. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openGate } from '../src/server/gate.ts'
import { openSite, type Site } from '../src/server/site.ts'
import { Listening } from './server-listening.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-session-'))
const password = 'correct horse battery'
let site: Site
let service: Listening

before(async () => {
  site = openSite(folder, undefined)
  service = await Listening.open(site, openGate({ identity: site.identity, hosts: new Set() }))
})

after(async () => {
  await service.close()
  rmSync(folder, { recursive: true, maxRetries: 3 })
})

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly cookie: string
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(service.address + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const cookie = response.headers.get('set-cookie') ?? ''
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, cookie }
}

async function signedIn(): Promise<{ cookie: string; 'x-csrf-token': string }> {
  const answer = await ask('POST', '/api/session', { name: 'alice', password })
  assert.equal(answer.status, 200)
  return { cookie: answer.cookie.split(';')[0] as string, 'x-csrf-token': String(answer.body['csrf']) }
}

test('the setup link makes the first admin, once', async () => {
  const secret = site.identity.links.make(null)
  const weak = await ask('POST', '/api/set-up', { secret, name: 'alice', password: 'alice1234567' })
  assert.equal(weak.body['code'], 'password')
  const made = await ask('POST', '/api/set-up', { secret, name: 'Alice', password })
  assert.equal(made.status, 200)
  assert.match(made.cookie, /^sweepwatch-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  assert.equal((await ask('POST', '/api/set-up', { secret, name: 'bob', password })).body['code'], 'link')
  assert.equal(site.identity.links.look(site.identity.links.make(null))?.account, null)
  const late = await ask('POST', '/api/set-up/look', { secret: site.identity.links.make(null) })
  assert.equal(late.body['code'], 'link', 'there is an admin already')
})

test('a wrong password and an unknown name are told alike', async () => {
  const wrong = await ask('POST', '/api/session', { name: 'alice', password: 'wrong horse battery' })
  const unknown = await ask('POST', '/api/session', { name: 'nobody', password })
  assert.equal(wrong.status, 401)
  assert.deepEqual(unknown.body, wrong.body)
})

test('a change needs the token of the session and comes from no other site', async () => {
  const { cookie, 'x-csrf-token': csrf } = await signedIn()
  assert.equal((await ask('DELETE', '/api/session', undefined, { cookie })).body['code'], 'csrf')
  const foreign = { cookie, 'x-csrf-token': csrf, origin: 'https://evil.example' }
  assert.equal((await ask('DELETE', '/api/session', undefined, foreign)).body['code'], 'csrf')
  const crossSite = { cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site' }
  assert.equal((await ask('DELETE', '/api/session', undefined, crossSite)).body['code'], 'csrf')
  assert.equal((await ask('GET', '/api/session', undefined, { cookie })).status, 200)
  assert.equal((await ask('DELETE', '/api/session', undefined, { cookie, 'x-csrf-token': csrf })).status, 200)
  assert.equal((await ask('GET', '/api/session', undefined, { cookie })).status, 401)
})

test('a disabled account has no session left, and a token follows its owner', async () => {
  const { accounts, tokens } = site.identity
  const bob = accounts.add('bob', 'viewer')
  const { secret, id } = tokens.make(bob.id, { name: 'siem', scopes: ['read'], days: 1 })
  const headers = { authorization: `Bearer ${secret}` }
  assert.equal((await ask('GET', '/api/hunts', undefined, headers)).status, 200)
  const refused = await ask('POST', '/api/saved-hunts', { name: 'x', question: 'y' }, headers)
  assert.equal(refused.body['code'], 'not-allowed', 'its scope is to read')
  assert.equal((await ask('DELETE', '/api/session', undefined, headers)).body['code'], 'not-allowed', 'for people')
  accounts.setDisabled(bob.id, true)
  assert.equal((await ask('GET', '/api/hunts', undefined, headers)).status, 401)
  accounts.setDisabled(bob.id, false)
  tokens.revoke(id)
  assert.equal((await ask('GET', '/api/hunts', undefined, headers)).status, 401)
})

test('the last admin cannot be disabled', () => {
  const alice = site.identity.accounts.find('alice')
  assert.throws(() => site.identity.accounts.setDisabled(alice.id, true), { code: 'last-admin' })
})

test('who guesses has to wait, and cannot lock out who sits where they always sit', () => {
  const { throttle } = site.identity
  throttle.succeeded('carol', '192.0.2.1')
  for (let i = 0; i < 8; i++) throttle.failed('carol', '198.51.100.7')
  assert.throws(() => throttle.check('carol', '198.51.100.7'), { code: 'wait' })
  assert.throws(() => throttle.check('carol', '203.0.113.9'), { code: 'wait' })
  assert.doesNotThrow(() => throttle.check('carol', '192.0.2.1'))
})

test('sign-ins and refusals are in the audit log, which cannot be changed', async () => {
  const { audit } = site.identity
  const entries = audit.list({ before: 1e9, first: 0, limit: 100 })
  assert.ok(
    entries.some(({ operation, account, code }) => operation === 'signIn' && account === 'alice' && code === ''),
  )
  assert.ok(
    entries.some(({ operation, account, code }) => operation === 'signIn' && account === 'nobody' && code !== ''),
  )
  assert.ok(entries.every(({ about }) => !about.includes(password)))
  assert.throws(() => site.cases.database.exec("UPDATE audit_entry SET account = 'bob'"), /never changed/)
  assert.throws(() => site.cases.database.exec('DELETE FROM audit_entry'), /never shortened/)
  assert.equal((await audit.check()).broken, undefined)
  site.cases.database.exec(
    "DROP TRIGGER audit_entry_kept_as_it_is; UPDATE audit_entry SET account = 'bob' WHERE seq = 2",
  )
  assert.equal((await audit.check()).broken, 2)
})
