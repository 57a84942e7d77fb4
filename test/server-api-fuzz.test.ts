/** Every operation of the API, asked by what its document says and by what it forbids: no fault of ours, and answers as documented. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { namesOf, requestsOf, type Sent } from './server-arbitrary.ts'
import { document, misfit, type Operation, operations, problemSchema } from './server-operations.ts'
import { type Answer, TestService } from './server-parts.ts'

const seed = 20_261_128
const definitions = document.components.schemas
/** Milliseconds for one operation and kind of request, and how many of them. */
const bounds = { interruptAfterTimeLimit: 3000, markInterruptAsFailure: false, numRuns: 25 }
/** What a client may be told instead of an answer. 503 is what is not there now, such as a source that does not run. */
const refusals = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 503]

let service: TestService
/** Operations that answered with success. */
const answered = new Set<string>()
/** Values that stand in answers: ids by the collection they are of, others by the names they had there. */
const known = new Map<string, unknown[]>()

before(async () => {
  service = await TestService.open()
  for (const { id } of service.site.cases.list()) known.set('cases', [id])
  for (let round = 0; round < 3; round++) {
    for (const operation of operations.filter(({ method }) => method === 'GET')) await harvest(operation)
  }
})
after(() => service.close())

/** Asks with ids that are known already, and remembers those in the answer. */
async function harvest(operation: Operation): Promise<void> {
  const parameters = operation.parameters.filter(({ required }) => required)
  const isKnown = (name: string) => namesOf(operation.path, name).some((each) => known.has(each))
  if (!parameters.every(({ name }) => isKnown(name))) return
  const requests = requestsOf({ ...operation, parameters }, definitions, known, false)
  for (const { path } of fc.sample(requests, { numRuns: 3, seed })) {
    const answer = await service.ask({ path, role: 'admin' })
    if (answer.status === 200) answered.add(operation.id)
    const collection =
      operation.path
        .replace(/\/\{\w+\}$/, '')
        .split('/')
        .at(-1) ?? ''
    if (answer.status === 200 && answer.mediaType === 'application/json') remember(JSON.parse(answer.text), collection)
  }
}

function remember(value: unknown, collection: string): void {
  if (Array.isArray(value)) for (const each of value.slice(0, 5)) remember(each, collection)
  else if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'string' || typeof inner === 'number') {
        const under = name === 'id' ? collection : name
        const list = known.get(under) ?? []
        if (list.length < 10 && !list.includes(inner)) known.set(under, [...list, inner])
      } else remember(inner, collection)
    }
  }
}

async function send(operation: Operation, { path, body }: Sent): Promise<Answer> {
  const content =
    body === undefined
      ? {}
      : operation.body === null
        ? { body: String(body), headers: { 'content-type': 'application/octet-stream' } }
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  return service.ask({
    method: operation.method,
    path,
    role: operation.role === 'anyone' ? undefined : 'admin',
    ...content,
  })
}

function mustBeDocumented(operation: Operation, answer: Answer): void {
  const said = `${answer.status} ${answer.mediaType} ${answer.text.slice(0, 500)}`
  if (answer.status !== 200) {
    assert.ok(refusals.includes(answer.status), said)
    assert.equal(answer.mediaType, 'application/problem+json', said)
    assert.equal(misfit(problemSchema, JSON.parse(answer.text)), undefined, said)
    return
  }
  answered.add(operation.id)
  assert.ok(answer.mediaType in operation.responses, said)
  const schema = operation.responses[answer.mediaType]
  if (answer.mediaType === 'application/json') {
    assert.equal(misfit(schema, JSON.parse(answer.text)), undefined, said)
  }
}

for (const operation of operations) {
  describe(`${operation.method} ${operation.path}`, () => {
    test('answers what it documents to what fits its schemas', async () => {
      const requests = requestsOf(operation, definitions, known, false)
      const asked = async (sent: Sent) => mustBeDocumented(operation, await send(operation, sent))
      await fc.assert(fc.asyncProperty(requests, asked), { seed, ...bounds })
    })

    test('refuses what does not fit, and does not fail at it', async () => {
      const requests = requestsOf(operation, definitions, known, true)
      const asked = async (sent: Sent) => {
        const answer = await send(operation, sent)
        mustBeDocumented(operation, answer)
        const isWrong = operation.body && misfit(operation.body, JSON.parse(JSON.stringify(sent.body)))
        if (isWrong) assert.notEqual(answer.status, 200, `taken although ${isWrong}`)
      }
      await fc.assert(fc.asyncProperty(requests, asked), { seed, ...bounds })
    })
  })
}

test('nothing that was sent became a property of every object', () => {
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

/** Of the account that asks: the gate of these tests knows people, and no accounts. */
const ofAnAccount: ReadonlySet<string> = new Set(['myAccount', 'mySessions', 'myTokens'])

test('the requests were good enough: every operation that reads was answered', () => {
  const unanswered = operations.filter(
    ({ id, method }) => method === 'GET' && !answered.has(id) && !ofAnAccount.has(id),
  )
  assert.deepEqual(
    unanswered.map(({ id }) => id),
    [],
  )
})
