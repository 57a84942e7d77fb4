/** `sweepwatch watchlist`: what is looked out for, changed with a name and a reason, shown without what could act on a terminal. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { WatchEntries } from '../src/store/watch-entries.ts'
import { closed, day, folder, iso, read, sweep, temporary, withStore } from './watchlist-parts.ts'

after(() => rmSync(temporary, { recursive: true }))

const root = join(import.meta.dirname, '..')
const state = folder('command')
let id = ''

function run(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'src/cli.ts'), 'watchlist', ...words, '--state', state],
    {
      cwd: temporary,
      encoding: 'utf8',
      env: { ...process.env, SWEEPWATCH_AUTHOR: 'alice' },
    },
  )
  return { status, out: stdout, err: stderr }
}

function json<Row>(...words: readonly string[]): Row[] {
  const { out, err, status } = run(...words, '--json')
  assert.equal(status, 0, err)
  return out.trim() === ''
    ? []
    : out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Row)
}

before(async () => {
  const [one] = await read(state, sweep(0))
  id = one?.id ?? ''
})

describe('while the case is open', () => {
  test('nothing is looked out for yet; its hosts are watched', () => {
    assert.match(run().out, /Nothing is looked out for/)
    const rows = json<{ host: string; answered: string; until: string; caseId: string }>('hosts', '--all')
    assert.equal(rows.length, 60)
    assert.deepEqual(
      rows.slice(0, 5).map(({ answered }) => answered),
      Array(5).fill('tcp/22'),
    )
    assert.ok(rows.every(({ caseId, until }) => caseId === id && until.startsWith('2026-12-22')))
    assert.match(run('hosts', '--all', '--limit', '3').out, /192\.0\.2\.2.*\n.*\n.*\nThere is more: --limit N shows it/)
  })

  test('`watch: {hosts: …}` of the configuration is what it shows', () => {
    writeFileSync(join(temporary, 'short.yaml'), 'watch: {hosts: 5d}\n')
    const [row] = json<{ until: string }>('hosts', '--all', '--config', 'short.yaml')
    assert.equal(row?.until.slice(0, 10), '2026-11-27')
    writeFileSync(join(temporary, 'wrong.yaml'), 'watch: {hosts: forever, days: 3}\n')
    const { status, err } = run('hosts', '--config', 'wrong.yaml')
    assert.equal(status, 2)
    assert.match(err, /watch\.hosts: write how long, from 1h to 3650d/)
  })
})

describe('changes', () => {
  test('an entry is added with a name, a reason and an end, and is noted in the case', () => {
    const { status, out, err } = run(
      'add',
      '203.0.113.77/25',
      '--case',
      id.slice(0, 6),
      '--for',
      '90d',
      '--reason',
      'same hoster',
    )
    assert.equal(status, 0, err)
    assert.match(out, /looks out for 203\.0\.113\.0\/25 until \d{4}-\d\d-\d\d \(entry \d+ of the watch list\)/)
    run('add', '2001:DB8::1', '--case', id, '--for', '4w', '--reason', 'x\u001b[31m')
    const rows = json<{ kind: string; value: string; author: string; reason: string; byHand: boolean }>()
    assert.deepEqual(rows.map(({ kind, value, author }) => [kind, value, author]).sort(), [
      ['prefix', '203.0.113.0/25', 'alice'],
      ['source', '2001:db8::1', 'alice'],
    ])
    assert.doesNotMatch(run().out, /\u001b/)
    assert.doesNotMatch(run('changes').out, /\u001b/)
    const one = withStore(state, (store) => store.find(id))
    assert.deepEqual(
      one.history.slice(-2).map(({ author, body }) => [author, body.kind]),
      [
        ['alice', 'noted'],
        ['alice', 'noted'],
      ],
    )
  })

  test('it is removed with a reason, once; who did what stays', () => {
    const [entry] = json<{ id: number }>()
    const number = String(entry?.id)
    assert.equal(run('remove', number).status, 2, 'without a reason')
    assert.equal(run('remove', number, '--reason', 'not theirs').status, 0)
    assert.match(run('remove', number, '--reason', 'again').err, /there is no entry/)
    assert.equal(json().length, 1)
    assert.equal(json<{ isRemoved: boolean }>('--all').filter(({ isRemoved }) => isRemoved).length, 1)
    const kept = json<{ what: string; reason: string }>('changes')
    assert.deepEqual(
      kept.map(({ what }) => what),
      ['removed', 'added', 'added'],
    )
    assert.equal(kept[0]?.reason, 'not theirs')
  })

  test('what makes no sense is refused, and changes nothing', () => {
    const sane = ['--case', id, '--for', '9d', '--reason', 'r']
    const wrong: readonly (readonly [RegExp, ...string[]])[] = [
      [/neither an address nor a network/, 'add', 'example.org', ...sane],
      [/wider than \/16/, 'add', '203.0.0.0/8', ...sane],
      [/wider than \/32/, 'add', '::/0', ...sane],
      [/is ours/, 'add', '192.0.2.9', '--net', '192.0.2.0/24', ...sane],
      [/because of which case/, 'add', '203.0.113.5', '--for', '9d', '--reason', 'r'],
      [/not how long/, 'add', '203.0.113.5', '--case', id, '--for', '9999w', '--reason', 'r'],
      [/needs a reason/, 'add', '203.0.113.5', '--case', id, '--for', '9d'],
      [/not the number of an entry/, 'remove', '1; DROP TABLE watch_entry', '--reason', 'r'],
      [/Did you mean remove/, 'remvoe', '1'],
      [/not a number of lines/, 'list', '--limit', '0'],
    ]
    const before = json('changes').length
    for (const [says, ...words] of wrong) {
      const { status, err } = run(...words)
      assert.notEqual(status, 0, words.join(' '))
      assert.match(err, says, words.join(' '))
    }
    assert.equal(json('changes').length, before)
  })
})

describe('when the case was closed', () => {
  test('what it is known by is listed with an end, and how surely each ties; nothing of a false alarm', () => {
    withStore(state, (store) => store.append(id, [closed('resolved', new Date().toISOString())]))
    const { out } = run()
    assert.match(out, /source +203\.0\.113\.9 /)
    assert.match(out, /network +203\.0\.113\.0\/24 no known tool/)
    assert.match(out, /closed as resolved: INC-7/)
    assert.match(out, /^network: medium: the same network with the same fingerprint$/m)
    withStore(state, (store) => store.append(id, [closed('false-alarm', new Date().toISOString())]))
    assert.deepEqual(json(), [])
    assert.match(
      run('add', '203.0.113.5', '--case', id, '--for', '9d', '--reason', 'r').err,
      /closed as false-alarm: nothing brings it back/,
    )
    assert.match(run('hosts').out, /No host of ours is watched/)
  })

  test('names that an attacker chose stay text', () => {
    withStore(state, (store) => {
      const change = { at: iso(day), author: 'alice', reason: '</script>\u202e\u0007' }
      store.append(id, [closed('resolved', iso(day))])
      new WatchEntries(store.database).add(
        { kind: 'source', value: 'evil\n\u001b]0;x\u0007' },
        id,
        '2999-01-01T00:00:00Z',
        change,
      )
    })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(run('--all').out, /[\u0000-\u0009\u000b-\u001f\u202e]/)
    assert.ok(json<{ value: string }>('--all').some(({ value }) => value.startsWith('evil')))
  })
})
