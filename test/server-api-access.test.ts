/** Who may what, for every operation of the API; and the document that says so. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { roles } from '../src/account/role.ts'
import { document, type Operation, operations, type Schema } from './server-operations.ts'
import { TestService } from './server-parts.ts'

/** What needs no account: whether it lives, the first account, and signing in. Nobody adds to it without changing this test. */
const open = /^(?:GET \/healthz|GET \/readyz|POST \/api\/session|\w+ \/api\/(?:set-up|oidc)(?:\/.*)?)$/

let service: TestService
before(async () => {
  service = await TestService.open()
})
after(() => service.close())

const filled = ({ path }: Operation) => path.replaceAll(/\{\w+\}/g, '000000000000')

test('only health, setup and sign-in need no account', () => {
  const anyone = operations.filter(({ role }) => role === 'anyone').map(({ method, path }) => `${method} ${path}`)
  assert.ok(anyone.includes('GET /healthz'))
  assert.deepEqual(
    anyone.filter((path) => !open.test(path)),
    [],
  )
})

test('nobody, and a token that is none, gets nothing from any other operation', async () => {
  for (const operation of operations.filter(({ role }) => role !== 'anyone')) {
    for (const headers of [{}, { authorization: 'Bearer x' }, { cookie: 'sweepwatch-session=x' }]) {
      const answer = await service.ask({ method: operation.method, path: filled(operation), headers })
      assert.equal(answer.status, 401, `${operation.id}: ${answer.text}`)
    }
  }
})

test('a role below the one that is documented is refused, before anything is looked at', async () => {
  for (const operation of operations) {
    const { role: needed } = operation
    const below = needed === 'anyone' ? [] : roles.slice(0, roles.indexOf(needed))
    for (const role of below) {
      const answer = await service.ask({ method: operation.method, path: filled(operation), role })
      assert.deepEqual([answer.status, JSON.parse(answer.text).code], [403, 'not-allowed'], operation.id)
    }
  }
})

test('what changes something is not done by asking with GET', () => {
  const changing = operations.filter(
    ({ method, role }) => method === 'GET' && (role === 'responder' || role === 'admin'),
  )
  const verbs = /\b(?:approve|reject|revoke|delete|remove|close|escalate|assign|cancel|add|set|make|change)\b/i
  const doubtful = changing.filter(({ id }) => verbs.test(document.paths[pathOf(id)]?.get?.summary ?? ''))
  assert.deepEqual(
    doubtful.map(({ id }) => id),
    [],
  )
})

const pathOf = (id: string) => operations.find((each) => each.id === id)?.path ?? ''

test('paths that lead out, wrong encodings and methods are refused as documented errors', async () => {
  const paths = [
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
    '/assets/....//....//etc/passwd',
    '/assets/%00',
    '/assets/',
    '/api/../../../etc/passwd',
    '/api/cases/..%2f..%2f..%2fetc%2fpasswd',
    '/api/docs/static/..%2f..%2f..%2fpackage.json',
    '/api/%ff',
    '/%c0%ae%c0%ae/etc/passwd',
    `/api/${'a'.repeat(10_000)}`,
  ]
  for (const path of paths) {
    const answer = await service.ask({ path, role: 'admin' })
    assert.ok(answer.status >= 400 || answer.mediaType === 'text/html', `${path}: ${answer.status}`)
    assert.ok(answer.status < 500, `${path}: ${answer.status}`)
    assert.doesNotMatch(answer.text, /root:|"dependencies"/, path)
  }
  for (const method of ['PUT', 'PATCH', 'TRACE', 'OPTIONS']) {
    const answer = await service.ask({ method, path: '/api/session', role: 'admin' })
    assert.ok([404, 405].includes(answer.status), `${method}: ${answer.status}`)
  }
})

test('bodies that are no JSON, too long, doubled or poisoned are refused', async () => {
  const taking = operations.filter(({ body }) => body)
  assert.ok(taking.length > 0)
  const type = { 'content-type': 'application/json' }
  const bodies: readonly [string, Record<string, string>][] = [
    ['{', type],
    ['', type],
    ['null', type],
    ['"text"', type],
    [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, type],
    ['{"__proto__": {"polluted": true}}', type],
    ['{"constructor": {"prototype": {"polluted": true}}}', type],
    [`{"a": "${'a'.repeat(2 << 20)}"}`, type],
    ['a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['<a/>', { 'content-type': 'text/xml' }],
    ['{}', { ...type, 'content-encoding': 'gzip' }],
  ]
  for (const operation of taking) {
    for (const [body, headers] of bodies) {
      const answer = await service.ask({
        method: operation.method,
        path: filled(operation),
        role: 'admin',
        body,
        headers,
      })
      const said = `${operation.id} took ${body.slice(0, 40)}: ${answer.status} ${answer.text.slice(0, 200)}`
      assert.ok(answer.status < 500, said)
      if (answer.status >= 400) assert.equal(answer.mediaType, 'application/problem+json', said)
    }
  }
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

test('no answer says what it runs on, and all say what a browser must not do with it', async () => {
  for (const path of ['/', '/healthz', '/api/session', '/api/nothing', '/assets/nothing.js', '/api/openapi.json']) {
    const { headers } = await service.ask({ path, role: 'admin' })
    assert.equal(headers['x-powered-by'] ?? headers['server'], undefined, path)
    assert.match(String(headers['content-security-policy']), /default-src 'none'/, path)
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe-(?:inline|eval)|https?:|\*/, path)
    assert.equal(headers['x-content-type-options'], 'nosniff', path)
    assert.equal(headers['access-control-allow-origin'], undefined, path)
  }
})

test('the document keeps the rules of OpenAPI 3.1', async () => {
  const served = await service.ask({ path: '/api/openapi.json', role: 'viewer' })
  assert.deepEqual({ ...JSON.parse(served.text).paths, ...document.paths }, JSON.parse(served.text).paths)
  assert.match(document.openapi, /^3\.1\.\d$/)
  assert.ok(document.info.title && document.info.version)
  const tags = new Set<string>(document.tags.map(({ name }: Schema) => name))
  const ids = operations.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length, 'operation ids are unique')
  for (const [path, item] of Object.entries<Schema>(document.paths)) {
    for (const [method, spec] of Object.entries<Schema>(item)) mustBeWellFormed(path, method, spec, tags)
  }
})

function mustBeWellFormed(path: string, method: string, spec: Schema, tags: ReadonlySet<string>): void {
  const said = `${method} ${path}`
  assert.match(path, /^\/[\w{}./-]*$/, said)
  assert.ok(spec.summary.length > 5 && /\.$/.test(spec.summary), `${said}: no summary`)
  assert.ok(
    spec.tags.every((tag: string) => tags.has(tag)),
    said,
  )
  const named = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1])
  const inPath = spec.parameters.filter((each: Schema) => each.in === 'path')
  assert.deepEqual(inPath.map(({ name }: Schema) => name).sort(), named.sort(), said)
  assert.ok(
    inPath.every(({ required }: Schema) => required === true),
    said,
  )
  const parameters = spec.parameters.map((each: Schema) => `${each.in} ${each.name}`)
  assert.equal(new Set(parameters).size, parameters.length, said)
  if (method === 'get') assert.equal(spec.requestBody, undefined, said)
  for (const requirement of spec.security) {
    for (const name of Object.keys(requirement)) assert.ok(name in document.components.securitySchemes, said)
  }
  assert.ok(spec['x-role'] === 'anyone' ? spec.security.length === 0 : spec.security.length > 0, said)
  assert.ok(
    Object.keys(spec.responses).every((status) => /^(?:[1-5]\d\d|default)$/.test(status)),
    said,
  )
  for (const schema of schemasOf(spec))
    assert.ok(metaSchema.validateSchema(schema), `${said}: ${metaSchema.errorsText()}`)
  for (const [, reference] of JSON.stringify(spec).matchAll(/"\$ref":"([^"]+)"/g)) {
    assert.ok(
      reference
        ?.split('/')
        .slice(1)
        .reduce((at: Schema, step) => at?.[step], document),
      `${said}: ${reference}`,
    )
  }
}

const metaSchema = new Ajv2020({ strict: false })

function schemasOf(spec: Schema): Schema[] {
  const contents = [spec.requestBody, ...Object.values<Schema>(spec.responses)].flatMap((each) =>
    Object.entries<Schema>(each?.content ?? {}),
  )
  for (const [type] of contents) assert.match(type, /^[a-z]+\/[\w.+-]+(?:;version=[\d.]+)?$/)
  return [...spec.parameters, ...contents.map(([, content]) => content)].map(({ schema }) => schema)
}
