/** The Debian package, in a Debian that has nothing but what the package asks for: installed, started, upgraded, removed, purged. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { manualPage } from '../packaging/man.ts'
import { commands } from '../src/command/registry.ts'
import { parseConfig } from '../src/config/load.ts'
import { asVersion, makePackage, must, noPackages, root, TestRoot } from './package-root.ts'

const unit = '/lib/systemd/system/sweepwatch.service'
const state = '/var/lib/sweepwatch'
const configuration = '/etc/sweepwatch/sweepwatch.yaml'
const skip = noPackages()
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-deb-'))
let packed = ''
let system: TestRoot
let untouched: readonly string[] = []

before(async () => {
  if (skip) return
  const depends = [
    .../^Depends: (.*)$/m.exec(readFileSync(join(root, 'packaging/debian/control'), 'utf8'))!,
  ][1] as string
  const making = TestRoot.make(join(folder, 'root'), depends.replaceAll(/ \([^)]*\)| /g, ''))
  ;[packed, system] = await Promise.all([makePackage(join(folder, 'one')), making])
  writeFileSync(system.path('/etc/hostname'), 'test\n')
  untouched = system.paths()
})
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))

/** What the unit starts, on a port that is free. */
function command(): readonly string[] {
  const line = /^ExecStart=(.*)$/m.exec(readFileSync(system.path(unit), 'utf8'))?.[1] as string
  return [...line.split(' '), '--listen', '127.0.0.1:0']
}

function install(file: string): void {
  must('cp', [file, system.path('/tmp/new.deb')])
  system.must('dpkg', '--install', '/tmp/new.deb')
}

async function answers(): Promise<void> {
  const service = await system.serve('sweepwatch', command())
  try {
    const health = await fetch(`${service.address}/healthz`)
    assert.deepEqual([health.status, await health.json()], [200, { status: 'ok' }])
    const page = await (await fetch(service.address)).text()
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1]
    assert.ok(script !== undefined, `the console is not in the package: ${page.slice(0, 300)}`)
    assert.equal((await fetch(`${service.address}${script}`)).status, 200)
  } finally {
    assert.equal(await service.stop(), 0, service.lines.join('\n'))
  }
}

const rights = (path: string) => {
  const { mode, uid, gid } = statSync(system.path(path))
  return { mode: (mode & 0o7777).toString(8), uid, gid }
}

test('the same tree makes the same package, whatever the umask', { skip }, async () => {
  const again = await makePackage(join(folder, 'two'), '077')
  assert.ok(readFileSync(packed).equals(readFileSync(again)))
})

test('installed, it runs as its own user from what it depends on', { skip }, async () => {
  install(packed)
  const [, , uid, gid, , home, shell] = system.must('getent', 'passwd', 'sweepwatch').trim().split(':')
  assert.deepEqual([home, shell], [state, '/usr/sbin/nologin'])
  assert.deepEqual(rights(state), { mode: '700', uid: Number(uid), gid: Number(gid) })
  assert.deepEqual(rights(configuration), { mode: '640', uid: 0, gid: Number(gid) })
  assert.equal(
    system.must('sweepwatch', '--version').trim(),
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
  )
  await answers()
  assert.ok(statSync(system.path(`${state}/sweepwatch.db`)).isFile())
})

test('hunts and the archive work in it', { skip }, () => {
  system.must('sweepwatch', 'archive', 'add', '--archive', '/tmp/events', '/usr/lib/sweepwatch/fixtures/demo')
  const found = system.must('sweepwatch', 'hunt', '--archive', '/tmp/events', '--net', '192.0.2.0/24', 'new-services')
  assert.match(found, /^192\.0\.2\.10 +80 /m)
})

test('systemd takes the unit and its examples, and finds little exposed', { skip }, () => {
  const own = `--root=${system.folder}`
  const verify = () =>
    must('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', own, 'sweepwatch.service'])
  verify()
  must('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', own, 'sweepwatch.service'])
  const examples = system.path('/usr/share/doc/sweepwatch/examples')
  const places = system.path('/etc/systemd/system/sweepwatch.service.d')
  must('cp', ['-r', examples, places])
  try {
    verify()
  } finally {
    rmSync(system.path('/etc/systemd'), { recursive: true })
  }
})

test('the examples in the configuration are valid', async () => {
  const lines = readFileSync(join(root, 'packaging/sweepwatch.yaml'), 'utf8').split('\n')
  const examples = lines.filter((line) => !/^# \S/.test(line)).map((line) => line.replace(/^#/, ''))
  const config = await parseConfig(examples.join('\n'), 'sweepwatch.yaml')
  assert.ok(Object.keys(config).length >= 7, Object.keys(config).join())
})

test('the manual page has every command and is well made', { skip }, () => {
  const page = join(folder, 'sweepwatch.1')
  writeFileSync(page, manualPage(commands, '1.0', 'January 1, 2026'))
  must('mandoc', ['-T', 'lint', '-W', 'warning', page])
  const text = must('mandoc', ['-T', 'ascii', page]).replaceAll(/.\x08/g, '')
  for (const { id } of commands) assert.match(text, new RegExp(`^   ${id}\\b`, 'm'))
  assert.match(text, / {5}--fail-on <LEVEL>/)
})

test('an upgrade keeps state and configuration, and starts on them', { skip }, async () => {
  const edited = `${readFileSync(system.path(configuration), 'utf8')}networks: [198.51.100.0/24]\n`
  writeFileSync(system.path(configuration), edited)
  writeFileSync(system.path(`${state}/kept`), 'kept')
  install(asVersion(packed, '99.0.0', join(folder, 'next')))
  assert.match(system.must('dpkg-query', '--show', 'sweepwatch'), /99\.0\.0/)
  assert.equal(readFileSync(system.path(configuration), 'utf8'), edited)
  assert.equal(readFileSync(system.path(`${state}/kept`), 'utf8'), 'kept')
  await answers()
})

test('removed, state and configuration stay; purged, nothing of it is left but what is not its own', { skip }, () => {
  mkdirSync(system.path('/srv/other'), { recursive: true })
  writeFileSync(system.path('/srv/other/archive'), 'not ours')
  writeFileSync(system.path('/etc/sweepwatch/assets.csv'), 'not ours')
  rmSync(system.path(`${state}/kept`))
  system.must('ln', '-s', '/srv/other', `${state}/link`)
  system.must('dpkg', '--remove', 'sweepwatch')
  assert.ok(system.try(['sweepwatch', '--version']).status !== 0)
  for (const path of [configuration, `${state}/sweepwatch.db`]) assert.ok(statSync(system.path(path)).isFile(), path)
  system.must('dpkg', '--purge', 'sweepwatch')
  const left = system.paths().filter((path) => !untouched.includes(path))
  assert.deepEqual(left, ['/etc/sweepwatch', '/etc/sweepwatch/assets.csv', '/srv/other', '/srv/other/archive'])
  assert.match(system.must('getent', 'passwd', 'sweepwatch'), /nologin/)
})
