/** Accounts given out over the API, and what each may do with its own, through the real gate. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Role } from '../src/account/role.ts'
import { IdentityService, password, type Signed } from './server-identity.ts'

let service: IdentityService
let alice: Signed
const other = 'quite another pass phrase'

before(async () => {
  service = await IdentityService.open()
  await service.add('alice', 'admin')
  await service.add('bob', 'viewer')
  alice = await service.signIn('alice')
})
after(() => service.close())

const code = async (as: Signed, method: string, path: string, body?: unknown) => {
  const answer = await service.ask(as, method, path, body)
  return `${answer.status} ${answer.body?.code ?? ''}`
}

test('a new account gets a link that is good once, and no secret is in the list', async () => {
  const made = await service.ask(alice, 'POST', '/api/accounts', { name: 'Carol', role: 'analyst' })
  assert.equal(made.status, 200, made.text)
  assert.match(made.body.link, /^\/set-up#[\w-]{43}$/)
  assert.equal(await code(alice, 'POST', '/api/accounts', { name: 'carol', role: 'viewer' }), '409 account-taken')
  const secret = made.body.link.split('#')[1]
  assert.equal((await service.ask(undefined, 'POST', '/api/set-up', { secret, password })).status, 200)
  assert.equal(await code({}, 'POST', '/api/set-up', { secret, password }), '403 link')
  const list = await service.ask(alice, 'GET', '/api/accounts')
  assert.deepEqual(
    list.body.accounts.map(({ name }: { name: string }) => name),
    ['alice', 'bob', 'carol'],
  )
  assert.ok(!/argon2|swt_/.test(list.text))
})

test('lower roles neither see accounts nor change them, and nobody changes their own', async () => {
  for (const role of ['viewer', 'analyst', 'responder'] as const satisfies Role[]) {
    await service.add(`low-${role}`, role)
    const low = await service.signIn(`low-${role}`)
    assert.equal(await code(low, 'GET', '/api/accounts'), '403 not-allowed')
    assert.equal(await code(low, 'PUT', `/api/accounts/low-${role}/role`, { role: 'admin' }), '403 not-allowed')
    assert.equal(await code(low, 'POST', '/api/accounts/alice/link'), '403 not-allowed')
    assert.equal(await code(low, 'GET', '/api/audit'), '403 not-allowed')
  }
  assert.equal(await code(alice, 'PUT', '/api/accounts/alice/role', { role: 'viewer' }), '409 own-account')
  assert.equal(await code(alice, 'PUT', '/api/accounts/alice/state', { isDisabled: true }), '409 own-account')
})

test('another role ends the sessions; a disabled account has no way in', async () => {
  const bob = await service.signIn('bob')
  assert.equal((await service.ask(alice, 'PUT', '/api/accounts/bob/role', { role: 'analyst' })).body.role, 'analyst')
  assert.equal((await service.ask(bob, 'GET', '/api/session')).status, 401)
  const again = await service.signIn('bob')
  assert.equal(await code(alice, 'PUT', '/api/accounts/bob/state', { isDisabled: true }), '200 ')
  assert.equal((await service.ask(again, 'GET', '/api/session')).status, 401)
  assert.equal(await code({}, 'POST', '/api/session', { name: 'bob', password }), '401 sign-in')
  assert.equal(await code(alice, 'POST', '/api/accounts/bob/link'), '409 account-disabled')
  await service.ask(alice, 'PUT', '/api/accounts/bob/state', { isDisabled: false })
  assert.equal((await service.ask(again, 'GET', '/api/session')).status, 401, 'it does not come back')
})

test('the last admin stays one, whoever asks', async () => {
  await service.add('second', 'admin')
  const second = await service.signIn('second')
  assert.equal(await code(alice, 'PUT', '/api/accounts/second/role', { role: 'viewer' }), '200 ')
  assert.equal((await service.ask(second, 'GET', '/api/session')).status, 401)
  const { accounts } = service.site.identity
  assert.throws(() => accounts.setRole(accounts.find('alice').id, 'viewer'), { code: 'last-admin' })
  assert.equal(accounts.find('alice').role, 'admin')
})

test('what gives out rights needs the password of the last ten minutes, once more', async () => {
  const { database } = service.site.cases
  database.exec("UPDATE session SET confirmed = '2020-01-01T00:00:00.000Z'")
  assert.equal(await code(alice, 'POST', '/api/accounts', { name: 'dave', role: 'viewer' }), '403 confirm')
  assert.equal(
    await code(alice, 'POST', '/api/my-account/tokens', { name: 'x', scopes: ['read'], days: 1 }),
    '403 confirm',
  )
  assert.equal(await code(alice, 'POST', '/api/session/confirm', { password: 'wrong horse battery' }), '401 sign-in')
  assert.equal(await code(alice, 'POST', '/api/session/confirm', { password }), '200 ')
  assert.equal(await code(alice, 'POST', '/api/accounts', { name: 'dave', role: 'viewer' }), '200 ')
})

test('sessions and tokens of another are neither seen nor ended', async () => {
  const bob = await service.signIn('bob')
  const mine = (await service.ask(bob, 'GET', '/api/my-account/sessions')).body.sessions
  const [session] = (await service.ask(alice, 'GET', '/api/my-account/sessions')).body.sessions
  assert.ok(mine.every(({ id }: { id: string }) => id !== session.id))
  assert.equal(await code(bob, 'DELETE', `/api/my-account/sessions/${session.id}`), '404 no-such-session')
  const token = { name: 'siem', scopes: ['read'], days: 1 }
  const { id } = (await service.ask(alice, 'POST', '/api/my-account/tokens', token)).body
  assert.deepEqual((await service.ask(bob, 'GET', '/api/my-account/tokens')).body.tokens, [])
  assert.equal(await code(bob, 'DELETE', `/api/my-account/tokens/${id}`), '404 no-such-token')
  assert.equal((await service.ask(alice, 'GET', '/api/session')).status, 200)
  const second = await service.signIn('bob')
  const there = (await service.ask(second, 'GET', '/api/my-account/sessions')).body.sessions
  const first = there.find(({ isThis }: { isThis: boolean }) => !isThis)
  assert.equal(await code(second, 'DELETE', `/api/my-account/sessions/${first.id}`), '200 ')
})

test('a token is shown once and holds to its scopes and its revocation', async () => {
  const bob = await service.signIn('bob')
  const make = (scopes: readonly string[], days = 1) =>
    service.ask(bob, 'POST', '/api/my-account/tokens', { name: 'siem', scopes, days })
  assert.equal((await make(['read', 'admin'])).body.code, 'not-allowed', 'an analyst has no use for it')
  assert.equal((await make(['read'], 367)).status, 400)
  assert.equal((await make([])).status, 400)
  const { id, secret } = (await make(['read'])).body
  const token = { authorization: `Bearer ${secret}` }
  assert.equal((await service.ask(token, 'GET', '/api/cases')).status, 200)
  const hunt = { name: 'x', question: 'y' }
  assert.equal(await code(token, 'POST', '/api/saved-hunts', hunt), '403 not-allowed')
  assert.equal(await code(token, 'GET', '/api/my-account/tokens'), '403 not-allowed')
  const list = await service.ask(bob, 'GET', '/api/my-account/tokens')
  assert.ok(!list.text.includes(secret))
  assert.equal(list.body.tokens[0].usedFrom, '127.0.0.1')
  assert.equal(await code(bob, 'DELETE', `/api/my-account/tokens/${id}`), '200 ')
  assert.equal((await service.ask(token, 'GET', '/api/cases')).status, 401)
})

test('another password needs the one that is, and ends every other session', async () => {
  const elsewhere = await service.signIn('bob')
  const bob = await service.signIn('bob')
  const path = '/api/my-account/password'
  assert.equal(await code(bob, 'PUT', path, { current: 'wrong horse battery', password: other }), '401 sign-in')
  assert.equal(await code(bob, 'PUT', path, { current: password, password: 'short' }), '400 password')
  const changed = await service.ask(bob, 'PUT', path, { current: password, password: other })
  assert.equal(changed.status, 200, changed.text)
  const renewed = { cookie: changed.cookie, 'x-csrf-token': changed.body.csrf }
  assert.equal((await service.ask(renewed, 'GET', '/api/my-account')).body.name, 'bob')
  for (const old of [elsewhere, bob]) assert.equal((await service.ask(old, 'GET', '/api/session')).status, 401)
  await service.signIn('bob', other)
})
