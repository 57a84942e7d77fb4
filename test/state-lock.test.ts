/** One watch holds its state directory: a second one and a restore are refused, readers and `analyze` are not; a kill lets go of it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inFolder, labLines, WatchRun } from './watch-run.ts'

const cli = join(import.meta.dirname, '..', 'src', 'cli.ts')
const net = ['--net', '192.0.2.0/24']
const args = [...net, '--state', 'state', 'fw.log']

function run(folder: string, ...words: string[]) {
  return spawnSync(process.execPath, [cli, ...words], { cwd: folder, encoding: 'utf8' })
}

test('a state directory is held by its watch until that ends or is killed', (t) =>
  inFolder(async (folder) => {
    const ok = (...words: string[]) => {
      const { status, stdout, stderr } = run(folder, ...words)
      assert.equal(status, 0, stderr)
      return stdout
    }
    writeFileSync(join(folder, 'fw.log'), `${labLines('nmap_syn_horiz_3ports').join('\n')}\n`)
    const first = new WatchRun(args, folder)
    t.after(() => first.kill('SIGKILL'))
    await first.until(({ cases }) => cases.length > 0)

    const second = new WatchRun([...args, '--until-end'], folder)
    assert.equal(await second.ended, 1, second.err)
    assert.match(second.err, /^sweepwatch: a watch is running on the state directory state\nStop it first/)
    ok('backup', 'copy', '--state', 'state')
    assert.ok(!readdirSync(join(folder, 'copy')).includes('watch.lock'))
    const refused = run(folder, 'restore', 'copy', '--state', 'state')
    assert.deepEqual([refused.status, refused.stdout], [1, ''])
    assert.match(refused.stderr, /^sweepwatch: a watch is running on the state directory state\n/)
    assert.deepEqual(readdirSync(folder).sort(), ['copy', 'fw.log', 'state'])
    ok('analyze', ...net, '--state', 'state', 'fw.log')
    assert.match(ok('cases', '--state', 'state', '--json'), /100\.64\.0\.2 swept/)

    await first.kill('SIGKILL')
    assert.ok(existsSync(join(folder, 'state', 'watch.lock')))
    const third = new WatchRun([...args, '--until-end'], folder)
    assert.equal(await third.ended, 0, third.err)
    assert.match(ok('restore', 'copy', '--state', 'state'), /is restored; what was there is now state\.before-/)
    assert.match(ok('cases', '--state', 'state', '--json'), /100\.64\.0\.2 swept/)
  })())
