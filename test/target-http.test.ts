/** What targets that are asked over HTTP make of a server that misbehaves. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../src/base/problem.ts'
import type { Target } from '../src/respond/respond.ts'
import { selfSigned } from './notify-parts.ts'
import { block, change } from './target/change.ts'
import { Consumer } from './target/consumer.ts'
import { crowdSecSettings } from './target/crowdsec.ts'
import { Lapi } from './target/lapi.ts'
import { inSeconds, never, openTarget, withFolder } from './target/open.ts'
import { dripping, endless, type Heard, Peer, type Said, silent, status } from './target/peer.ts'
import { receiver, webhookSettings } from './target/webhook.ts'

interface Kind {
  readonly answer: () => (heard: Heard) => Said
  readonly settings: (folder: string, url: string) => Promise<object>
}

const kinds: Readonly<Record<string, Kind>> = {
  crowdsec: { answer: () => new Lapi().answer, settings: crowdSecSettings },
  openc2: { answer: () => new Consumer().answer, settings: async (_, url) => ({ kind: 'openc2', url, timeout: 2 }) },
  webhook: { answer: () => receiver, settings: webhookSettings },
}

const asked = () => change({ add: [block({ network: '203.0.113.7/32', until: inSeconds(600) })], at: Date.now() })

async function withPeer(kind: Kind, act: (target: Target, peer: Peer) => Promise<void>, timeout = 20): Promise<void> {
  await withFolder(async (folder) => {
    const peer = await Peer.start(kind.answer())
    try {
      const settings = await kind.settings(folder, peer.url)
      await act(await openTarget({ ...settings, timeout }, folder), peer)
    } finally {
      await peer.close()
    }
  })
}

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    () => assert.fail('it went well'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Problem, String(error))
  assert.equal(error.code, 'target')
  return error
}

const elsewhere = { location: 'http://127.0.0.1:1/elsewhere' }
const mischiefs = [
  ['401', status(401), /HTTP 401/, /secrets/],
  ['403', status(403), /HTTP 403/, /secrets/],
  ['404', status(404), /HTTP 404/, /URL/],
  ['409', status(409), /HTTP 409/, /try again/],
  ['429 with a time', status(429, { 'retry-after': '90' }), /HTTP 429/, /1 min 30 s/],
  ['500', status(500), /HTTP 500/, /its end/],
  ['503 with a page', status(503, {}, '<h1>down</h1>'), /HTTP 503/, /its end/],
  ['a redirect', status(302, elsewhere), /HTTP 302/, /elsewhere/],
  ['a redirect that keeps the method', status(307, elsewhere), /HTTP 307/, /elsewhere/],
  ['no answer', silent, /no whole answer within 1 s/, /reach/],
  ['a cut connection', (response: { destroy(): void }) => response.destroy(), /no answer/, /reach/],
] as const

for (const [id, kind] of Object.entries(kinds)) {
  for (const [what, mischief, said, hint] of mischiefs) {
    test(`${id}: ${what} is a problem with a hint, and nothing is sent elsewhere`, async () => {
      await withPeer(
        kind,
        async (target, peer) => {
          peer.mischief = mischief
          const problem = await problemOf(target.apply(asked(), never))
          assert.match(problem.message, said)
          assert.match(problem.hint ?? '', hint)
          assert.equal(peer.heard.length, 1)
        },
        what === 'no answer' ? 1 : 20,
      )
    })
  }

  test(`${id}: after the trouble the same change is taken`, async () => {
    await withPeer(kind, async (target, peer) => {
      const given = asked()
      peer.mischief = status(500)
      await problemOf(target.apply(given, never))
      peer.mischief = undefined
      assert.equal((await target.apply(given, never)).outcome, 'applied')
    })
  })

  test(`${id}: the signal ends a question that is not answered`, async () => {
    await withPeer(kind, async (target, peer) => {
      peer.mischief = silent
      const started = performance.now()
      await assert.rejects(target.apply(asked(), AbortSignal.timeout(100)), { name: 'TimeoutError' })
      assert.ok(performance.now() - started < 2000)
    })
  })

  test(`${id}: over TLS only an authority that is known counts`, async (t) => {
    const made = selfSigned()
    if (made === undefined) return t.skip('no openssl on this machine: targets over TLS were not tried')
    await withFolder(async (folder) => {
      const peer = await Peer.start(kind.answer(), { key: made.key, cert: made.cert })
      try {
        const settings = await kind.settings(folder, peer.url)
        const known = await openTarget({ ...settings, caFile: made.file }, folder)
        assert.equal((await known.apply(asked(), never)).outcome, 'applied')
        const unknown = await openTarget(settings, join(folder, 'other'))
        assert.match((await problemOf(unknown.apply(asked(), never))).message, /self-signed/)
      } finally {
        await peer.close()
      }
    })
  })

  test(`${id}: files that are missing are told when it is opened`, async () => {
    await withFolder(async (folder) => {
      const settings = await kind.settings(folder, 'https://127.0.0.1:1')
      const problem = await problemOf(openTarget({ ...settings, caFile: join(folder, 'missing.pem') }, folder))
      assert.match(problem.message, /missing\.pem cannot be read/)
    })
  })
}

// A webhook does not read what it is answered: its test is in notify-webhook.test.ts.
for (const id of ['crowdsec', 'openc2']) {
  const kind = kinds[id] as Kind
  test(`${id}: an answer without end, or that drips, is cut off`, async () => {
    await withPeer(
      kind,
      async (target, peer) => {
        peer.mischief = dripping
        assert.match((await problemOf(target.apply(asked(), never))).message, /no whole answer within/)
      },
      0.5,
    )
    await withPeer(
      kind,
      async (target, peer) => {
        peer.mischief = endless
        assert.match((await problemOf(target.apply(asked(), never))).message, /larger than \d+ bytes/)
      },
      20,
    )
  })

  test(`${id}: an answer that is none is a problem`, async () => {
    for (const body of ['', 'nonsense', '{}', '"text"', '[[[[', '{"token":5}', '\u0000'])
      await withPeer(kind, async (target, peer) => {
        peer.mischief = status(200, {}, body)
        const problem = await problemOf(target.apply(asked(), never))
        assert.match(problem.message, /answers/)
        assert.ok(!problem.message.includes('nonsense'))
      })
  })
}

test('secrets stand in files, which are read when the target is opened', async () => {
  await withFolder(async (folder) => {
    const settings = (await webhookSettings(folder, 'http://127.0.0.1:1')) as { secretFile: string }
    assert.match(readFileSync(settings.secretFile, 'utf8'), /a secret/)
    const missing = openTarget({ ...settings, secretFile: join(folder, 'none') }, folder)
    assert.match((await problemOf(missing)).message, /none cannot be read/)
  })
})
