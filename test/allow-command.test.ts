import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadAllowFile } from '../src/config/allow.ts'

const bin = join(import.meta.dirname, '..', 'bin', 'sweepwatch')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-allow-'))
after(() => rmSync(folder, { recursive: true }))

function run(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(bin, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
  return { status, stdout, stderr }
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

const weekly = `# Who may scan us.
- id: weekly # the big one
  sources: 192.0.2.200
  targets: [192.0.2.0/24]
  ports: [1-1024, tcp/8443]
  # before the shift begins
  window: {start: 2026-11-01T02:00, zone: Europe/Berlin, minutes: 240, rule: FREQ=WEEKLY;BYDAY=SU}
  owner: Vulnerability management
  reason: weekly scan
  ticket: 4711
  expires: 2027-01-31
`

test('A1 allow test says whether a scan would be in scope, by its exit code and in words', () => {
  const path = file('test.yaml', weekly)
  const ask = (...words: readonly string[]) => run('allow', 'test', '--allow', path, ...words)
  const inside = ask('--at', '2026-11-22T02:30Z', '--source', '192.0.2.200', '--target', '192.0.2.10', '--port', '443')
  assert.deepEqual([inside.status, inside.stdout.split('\n')[0]], [0, 'in scope of weekly'])
  const outside = ask('--at', '2026-11-22T12:30Z', '--source', '192.0.2.200', '--port', 'tcp/8080', '--json')
  assert.equal(outside.status, 1)
  const told = JSON.parse(outside.stdout) as { inScope: boolean; entry: string; because: string[] }
  assert.deepEqual([told.inScope, told.entry, told.because.length], [false, 'weekly', 2])
  assert.match(told.because[1] ?? '', /^It came at Sun 2026-11-22 13:30:00, outside the declared window/)
  assert.match(ask('--at', '2026-11-22', '--source', '203.0.113.1').stdout, /^not declared\n/)
  assert.equal(ask('--at', 'soon', '--source', '192.0.2.200').status, 2)
  assert.equal(ask('--at', '2026-11-22').status, 2)
})

test('A1 allow check says what is wrong with each entry, with its line where the file cannot be read', () => {
  const good = run('allow', 'check', file('good.yaml', weekly))
  assert.equal(good.status, 0)
  assert.match(good.stdout, /^weekly {2}can be used {2}\(good.yaml\)\n {2}opens 20/)
  const wrong = run(
    'allow',
    'check',
    file('wrong.yaml', weekly.replace('owner: Vulnerability management', "owner: ''").replace('/24', '/240')),
  )
  assert.equal(wrong.status, 2)
  assert.match(wrong.stdout, /cannot be used[\s\S]*owner is missing[\s\S]*"192.0.2.0\/240" is no network/)
  const shape = run('allow', 'check', file('shape.yaml', weekly.replace('  reason: weekly scan\n', '')))
  assert.equal(shape.status, 2)
  assert.match(shape.stderr, /line 2: reason: is missing: why is it expected\?/)
  const typo = run('allow', 'check', file('typo.yaml', weekly.replace('expires', 'expiers')))
  assert.match(typo.stderr, /expires: is missing/)
  assert.equal(run('allow', 'check').status, 2)
  assert.match(run('allow', 'chekc').stderr, /Did you mean check\?/)
})

test('A1 allow list reads files and the configuration, and says what has expired', () => {
  file(
    'sweepwatch.yaml',
    `allow:\n${weekly.replace(/^/gm, '  ').replace('weekly #', 'configured #').replace('2027-01-31', '2020-01-31')}`,
  )
  const { status, stdout } = run('allow', 'list', '--allow', file('more.yaml', weekly), '--json')
  rmSync(join(folder, 'sweepwatch.yaml'))
  assert.equal(status, 0)
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; state: string; ports: string[]; ticket: string })
  assert.deepEqual(
    entries.map(({ id }) => id),
    ['weekly', 'configured'],
  )
  assert.equal(entries[1]?.state, 'expired')
  assert.deepEqual(entries[0]?.ports, ['1-1024', 'tcp/8443'])
  assert.equal(entries[0]?.ticket, '4711')
})

const one = [
  '--source',
  '203.0.113.64/28',
  '--owner',
  'Red team',
  '--reason',
  '=cmd()',
  '--expires',
  '2026-12-31',
] as const

test('A1 allow add writes an entry into a list, under allow:, or into a new file; comments and mode stay', async () => {
  for (const [name, before, comments] of [
    ['list.yaml', weekly, ['# Who may scan us.', '# the big one', '# before the shift begins']],
    ['config.yaml', '# ours\nnetworks: [192.0.2.0/24] # all\nallow:\n  # first\n  []\n', ['# ours', '# all']],
    ['none.yaml', '# ours\nnetworks: [192.0.2.0/24]\n', ['# ours']],
    ['new.yaml', undefined, []],
  ] as const) {
    if (before !== undefined) {
      file(name, before)
      chmodSync(join(folder, name), 0o640)
    }
    const added = run(
      'allow',
      'add',
      name,
      '--id',
      'pentest',
      ...one,
      '--port',
      '80',
      '--start',
      '2026-12-01T09:00',
      '--minutes',
      '60',
    )
    assert.equal(added.status, 0, added.stderr)
    const text = readFileSync(join(folder, name), 'utf8')
    for (const comment of comments) assert.ok(text.includes(comment), `${name}: ${comment}\n${text}`)
    if (before !== undefined) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o640)
    const entries = await loadAllowFile(join(folder, name))
    assert.deepEqual(entries.at(-1), {
      id: 'pentest',
      sources: ['203.0.113.64/28'],
      targets: [],
      ports: ['80'],
      methods: [],
      window: { start: '2026-12-01T09:00', zone: 'UTC', minutes: 60 },
      owner: 'Red team',
      ticket: null,
      reason: '=cmd()',
      expires: '2026-12-31',
    })
    assert.equal(run('allow', 'add', name, '--id', 'pentest', ...one).status, 2)
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.new')),
    [],
  )
})

test('A1 allow add refuses what cannot be used, and leaves the file as it is', () => {
  const path = file('kept.yaml', weekly)
  for (const words of [
    ['--id', 'x'],
    ['--id', 'x', ...one.slice(2)],
    ['--id', 'x', ...one, '--port', '99999'],
    ['--id', 'x', ...one, '--start', '2026-12-01T09:00', '--minutes', 'many'],
  ]) {
    assert.equal(run('allow', 'add', path, ...words).status, 2, words.join(' '))
  }
  assert.equal(readFileSync(join(folder, path), 'utf8'), weekly)
  assert.equal(run('allow', 'add', file('text.yaml', 'just words\n'), '--id', 'x', ...one).status, 2)
  assert.equal(run('allow', 'add', file('list.json', '[]'), '--id', 'x', ...one).status, 2)
  assert.equal(run('allow', 'add').status, 2)
})
