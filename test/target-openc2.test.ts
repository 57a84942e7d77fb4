import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { GuardedBlock, Target } from '../src/respond/respond.ts'
import { selfSigned } from './notify-parts.ts'
import { block, change } from './target/change.ts'
import { type Command, Consumer } from './target/consumer.ts'
import { inSeconds, never, openTarget, withFolder } from './target/open.ts'
import { Peer } from './target/peer.ts'

interface Bench {
  readonly target: Target
  readonly consumer: Consumer
  readonly peer: Peer
  readonly rules: string
}

async function withConsumer(lacks: readonly string[], act: (bench: Bench) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const consumer = new Consumer(lacks)
    const peer = await Peer.start(consumer.answer)
    try {
      const target = await openTarget({ kind: 'openc2', url: peer.url, timeout: 20 }, folder)
      await act({ target, consumer, peer, rules: join(folder, 'state', 'rules.json') })
    } finally {
      await peer.close()
    }
  })
}

const add = (target: Target, blocks: readonly GuardedBlock[], desired = blocks) =>
  target.apply(change({ add: blocks, desired, at: Date.now() }), never)
const remove = (target: Target, blocks: readonly GuardedBlock[], desired: readonly GuardedBlock[] = []) =>
  target.apply(change({ remove: blocks, desired, at: Date.now() }), never)
const actions = ({ commands }: Consumer) => commands.map(({ action }) => action)
const targets = (commands: Iterable<Command>) => [...commands].map(({ target }) => target)
const one = block({ network: '203.0.113.7/32', until: inSeconds(600) })

test('openc2: every sort of block becomes commands of the profile, with its end', async () => {
  await withConsumer([], async ({ target, consumer }) => {
    await add(target, [
      one,
      block({ network: '2001:db8:1::/64', direction: 'out' }),
      block({ network: '203.0.113.9/32', ports: [22, 443], protocol: 'tcp', direction: 'both' }),
    ])
    const rules = [...consumer.rules.values()]
    assert.deepEqual(targets(rules), [
      { ipv4_net: '203.0.113.7/32' },
      { ipv6_net: '2001:db8:1::/64' },
      { ipv4_connection: { protocol: 'tcp', src_addr: '203.0.113.9/32', dst_port: 22 } },
      { ipv4_connection: { protocol: 'tcp', src_addr: '203.0.113.9/32', dst_port: 443 } },
      { ipv4_connection: { protocol: 'tcp', src_port: 22, dst_addr: '203.0.113.9/32' } },
      { ipv4_connection: { protocol: 'tcp', src_port: 443, dst_addr: '203.0.113.9/32' } },
    ])
    const sides = rules.map(({ args }) => args.slpf?.direction)
    assert.deepEqual(sides, ['ingress', 'egress', 'ingress', 'ingress', 'egress', 'egress'])
    assert.equal(rules[0]?.args.stop_time, Date.parse(one.until))
    assert.deepEqual(actions(consumer), ['query', ...rules.map(() => 'deny')])
  })
})

test('openc2: a release deletes the rule by its number, and what was never denied is never allowed', async () => {
  await withConsumer([], async ({ target, consumer }) => {
    await add(target, [one])
    assert.equal((await remove(target, [block({ network: '198.51.100.0/24' })])).outcome, 'already')
    assert.equal((await remove(target, [one])).outcome, 'applied')
    assert.equal(consumer.rules.size, 0)
    assert.equal((await remove(target, [one])).outcome, 'already')
    assert.deepEqual(actions(consumer), ['query', 'deny', 'delete'])
  })
})

for (const lacks of [['numbers'], ['delete']])
  test(`openc2: a consumer without ${lacks} allows until the denial would have ended`, async () => {
    await withConsumer(lacks, async ({ target, consumer }) => {
      await add(target, [one])
      await remove(target, [one])
      const allowed = consumer.commands.at(-1)
      assert.deepEqual(
        [allowed?.action, allowed?.target, allowed?.args.stop_time],
        ['allow', { ipv4_net: '203.0.113.7/32' }, Date.parse(one.until)],
      )
    })
  })

test('openc2: another end: the new rule comes before the old one goes', async () => {
  await withConsumer([], async ({ target, consumer }) => {
    await add(target, [one])
    await add(target, [{ ...one, until: inSeconds(60) }])
    assert.deepEqual(actions(consumer), ['query', 'deny', 'deny', 'delete'])
    assert.equal(consumer.rules.size, 1)
  })
  await withConsumer(['numbers'], async ({ target, consumer }) => {
    await add(target, [one])
    assert.equal((await add(target, [{ ...one, until: inSeconds(60) }])).outcome, 'already', 'it cannot be shortened')
    assert.equal((await add(target, [{ ...one, until: inSeconds(6000) }])).outcome, 'applied')
    assert.deepEqual(actions(consumer), ['query', 'deny', 'deny'])
  })
})

test('openc2: of two plans on one network the longer one counts, and stays when the other goes', async () => {
  await withConsumer([], async ({ target, consumer }) => {
    const other = block({ ...one, plan: 'abcdef', until: inSeconds(6000) })
    await add(target, [one])
    await add(target, [other], [one, other])
    await remove(target, [one], [other])
    assert.deepEqual(targets(consumer.rules.values()), [{ ipv4_net: '203.0.113.7/32' }])
  })
})

test('openc2: what the consumer cannot deny is refused before anything is denied', async () => {
  await withConsumer(['ipv6_net'], async ({ target, consumer }) => {
    const given = add(target, [one, block({ network: '2001:db8:1::/64' })])
    await assert.rejects(given, { code: 'target', message: /cannot deny ipv6_net; nothing was changed/ })
    assert.deepEqual(actions(consumer), ['query'])
  })
})

test('openc2: 501 to a command is told; what went before it is kept', async () => {
  await withConsumer(['query', 'ipv4_connection'], async ({ target, consumer, rules }) => {
    const given = add(target, [one, block({ network: '203.0.113.9/32', ports: [22], protocol: 'tcp' })])
    await assert.rejects(given, { code: 'target', message: /answers 501 to deny/, hint: /does not implement/ })
    assert.equal(JSON.parse(readFileSync(rules, 'utf8')).length, 1)
    await remove(target, [one])
    assert.equal(consumer.rules.size, 0)
  })
})

test('openc2: an answer to another question is none; 102 is taken up; a bare response is understood', async () => {
  await withConsumer([], async ({ target, peer }) => {
    const answer = (body: object) => {
      peer.mischief = (response) => void response.writeHead(200).end(JSON.stringify(body))
      return add(target, [one])
    }
    const headers = { request_id: '00000000-0000-8000-8000-000000000000' }
    await assert.rejects(answer({ headers, body: { openc2: { response: { status: 200 } } } }), /no response to this/)
    await assert.rejects(answer({ status: 500, status_text: '\u001b[2J' }), { message: /answers 500 to deny$/ })
    assert.equal((await answer({ status: 102 })).outcome, 'applied')
  })
})

test('openc2: rules of another process are known; without the file a release does nothing; a damaged one is told', async () => {
  await withConsumer([], async ({ target, consumer, rules }) => {
    await add(target, [one])
    const kept = readFileSync(rules)
    rmSync(rules)
    assert.equal((await remove(target, [one])).outcome, 'already')
    writeFileSync(rules, '{')
    await assert.rejects(remove(target, [one]), { code: 'target', message: /rules\.json is damaged/ })
    writeFileSync(rules, kept)
    assert.equal((await remove(target, [one])).outcome, 'applied')
    assert.equal(consumer.rules.size, 0)
  })
})

test('openc2: we show our own certificate and a token where they are configured', async (t) => {
  const made = selfSigned()
  if (made === undefined) return t.skip('no openssl on this machine: certificates of ours were not tried')
  await withFolder(async (folder) => {
    const [keyFile, tokenFile] = [join(folder, 'key.pem'), join(folder, 'token')]
    writeFileSync(keyFile, made.key)
    writeFileSync(tokenFile, 'a-token\n')
    const tls = { key: made.key, cert: made.cert, ca: made.cert, requestCert: true, rejectUnauthorized: true }
    const peer = await Peer.start(new Consumer().answer, tls)
    try {
      const base = { kind: 'openc2', url: peer.url, caFile: made.file, timeout: 20 }
      const known = await openTarget({ ...base, certFile: made.file, keyFile, tokenFile }, folder)
      assert.equal((await add(known, [one])).outcome, 'applied')
      assert.equal(peer.heard[0]?.headers.authorization, 'Bearer a-token')
      const unknown = await openTarget(base, join(folder, 'other'))
      await assert.rejects(add(unknown, [one]), { code: 'target' })
    } finally {
      await peer.close()
    }
  })
})
