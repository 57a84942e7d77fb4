import assert from 'node:assert/strict'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { block, change } from './target/change.ts'
import { inSeconds, never, openTarget, withFolder } from './target/open.ts'

const one = block({ network: '203.0.113.7/32', until: inSeconds(600) })
const now = () => Date.now()

async function withList(
  settings: object,
  act: (bench: { path: string; folder: string; open: () => ReturnType<typeof openTarget> }) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    mkdirSync(join(folder, 'out'))
    const path = join(folder, 'out', 'list.txt')
    await act({ path, folder, open: () => openTarget({ kind: 'file', path, ...settings }, folder) })
  })
}

test('file: lines of others keep their place and their bytes', async () => {
  await withList({}, async ({ path, open }) => {
    const theirs =
      '# ours is below\r\n\r\n10.0.0.0/8\tprivate; never\n   \n203.0.113.7 # by hand\n192.0.2.1-192.0.2.9\nno end'
    writeFileSync(path, theirs)
    const target = await open()
    await target.apply(change({ add: [one], at: now() }), never)
    assert.equal(readFileSync(path, 'utf8'), `${theirs}\n203.0.113.7/32 # sweepwatch 5f3c09a1b2d4 until ${one.until}\n`)
    const { entries, strange } = await target.list(never)
    assert.deepEqual(
      entries.map(({ network, until }) => [network, until]),
      [
        ['10.0.0.0/8', null],
        ['203.0.113.7/32', null],
        ['203.0.113.7/32', one.until],
      ],
    )
    assert.equal(strange.length, 1)
    assert.match(strange[0] as string, /^2 lines /)
    assert.ok(!JSON.stringify(strange).includes('no end'))
    await target.apply(change({ remove: [one], at: now() }), never)
    assert.equal(readFileSync(path, 'utf8'), `${theirs}\n`)
  })
})

test('file: it is replaced as a whole, keeps its permissions, and a link is followed', async () => {
  await withList({}, async ({ path, folder, open }) => {
    const target = await open()
    await target.apply(change({ add: [one], at: now() }), never)
    assert.equal(statSync(path).mode & 0o777, 0o644)
    chmodSync(path, 0o640)
    const before = statSync(path).ino
    await target.apply(change({ remove: [one], at: now() }), never)
    assert.equal(statSync(path).mode & 0o777, 0o640)
    assert.notEqual(statSync(path).ino, before)
    const link = join(folder, 'link.txt')
    symlinkSync(path, link)
    const linked = await openTarget({ kind: 'file', path: link }, folder)
    await linked.apply(change({ add: [one], at: now() }), never)
    assert.ok(lstatSync(link).isSymbolicLink())
    assert.match(readFileSync(path, 'utf8'), /^203/)
    assert.deepEqual(readdirSync(join(folder, 'out')), ['list.txt'])
  })
})

test('file: nobody is written to through a link laid in the way', async () => {
  await withList({}, async ({ path, folder, open }) => {
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'precious')
    symlinkSync(victim, `${path}.sweepwatch-new`)
    await (await open()).apply(change({ add: [one], at: now() }), never)
    assert.equal(readFileSync(victim, 'utf8'), 'precious')
  })
})

test('file: bare addresses, ports, and no comments', async () => {
  const blocks = [
    block({ network: '2001:db8:2::1/128' }),
    block({ network: '203.0.113.7/32', ports: [443, 22], protocol: 'tcp' }),
    block({ network: '198.51.100.0/24' }),
  ]
  await withList({ bare: true, comments: false, ports: true }, async ({ path, open }) => {
    const target = await open()
    await target.apply(change({ add: blocks, at: now() }), never)
    assert.equal(readFileSync(path, 'utf8'), '198.51.100.0/24 -\n203.0.113.7 tcp/443,22\n2001:db8:2::1 -\n')
    await target.apply(change({ remove: blocks.slice(0, 2), at: now() }), never)
    assert.equal(readFileSync(path, 'utf8'), '198.51.100.0/24 -\n')
  })
})

test('file: of two plans on one network the longer one counts, and stays when the other goes', async () => {
  await withList({}, async ({ path, open }) => {
    const target = await open()
    const other = block({ ...one, plan: 'abcdef', until: inSeconds(6000) })
    await target.apply(change({ add: [one], at: now() }), never)
    await target.apply(change({ add: [other], desired: [one, other], at: now() }), never)
    assert.equal(readFileSync(path, 'utf8'), `203.0.113.7/32 # sweepwatch abcdef until ${other.until}\n`)
    await target.apply(change({ remove: [one], desired: [other], at: now() }), never)
    assert.match(readFileSync(path, 'utf8'), /abcdef/)
  })
})

test('file: several that have it open lose nothing of each other', async () => {
  await withList({}, async ({ open }) => {
    const targets = await Promise.all(Array.from({ length: 8 }, open))
    const started = performance.now()
    await Promise.all(
      targets.map((target, i) =>
        target.apply(change({ add: [block({ network: `203.0.113.${i}/32` })], at: now() }), never),
      ),
    )
    assert.ok(performance.now() - started < 4000)
    const last = targets[0] as (typeof targets)[number]
    assert.equal((await last.list(never)).entries.length, 8)
  })
})

test('file: more than is taken is refused, and the file stays', async () => {
  await withList({ mostEntries: 1 }, async ({ path, open }) => {
    const target = await open()
    await target.apply(change({ add: [one], at: now() }), never)
    const before = readFileSync(path)
    const more = change({ add: [block({ network: '198.51.100.0/24' })], at: now() })
    await assert.rejects(target.apply(more, never), { code: 'target', message: /2 entries, 1 are taken/ })
    assert.deepEqual(readFileSync(path), before)
  })
})

test('file: 100,000 blocks are put in and listed within five seconds of work', async () => {
  await withList({}, async ({ open }) => {
    const target = await open()
    const until = inSeconds(3600)
    const blocks = Array.from({ length: 100_000 }, (_, i) =>
      block({ network: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`, until }),
    )
    const before = process.cpuUsage()
    await target.apply(change({ add: blocks, at: now() }), never)
    const { entries } = await target.list(never)
    // Not by the clock: other tests run beside this one.
    const { user, system } = process.cpuUsage(before)
    assert.equal(entries.length, 100_000)
    assert.ok(user + system < 5e6, `${(user + system) / 1000} ms`)
  })
})
