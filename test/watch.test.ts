import assert from 'node:assert/strict'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { seed } from './fuzz-seed.ts'
import { inFolder, labLines, WatchRun } from './watch-run.ts'

const net = ['--net', '192.0.2.0/24', '--net', '198.18.0.0/20']
const log = ['benign_crawler', 'nmap_syn_horiz_3ports', 'killchain', 'masscan_24_p80_r1000'].flatMap(labLines)

/** The scans by id as they were told last, without what tells how often they were. */
function finals(runs: readonly WatchRun[]): object {
  const last = new Map<string, object>()
  for (const run of runs) for (const scan of run.scans) last.set(scan.id, { ...scan, status: '' })
  return Object.fromEntries([...last].sort())
}

/** The same without places in the file: a rotated file begins at its beginning. */
function withoutPlaces(scans: object): object {
  return JSON.parse(JSON.stringify(scans, (key, value) => (key === 'offset' ? 0 : value)))
}

/** What a run over the whole file finds that nobody disturbs. */
async function unbroken(folder: string, lines: readonly string[]): Promise<object> {
  const path = join(folder, 'whole', 'fw.log')
  mkdirSync(join(folder, 'whole'))
  writeFileSync(path, `${lines.join('\n')}\n`)
  const run = new WatchRun([...net, '--until-end', 'fw.log'], join(folder, 'whole'))
  assert.equal(await run.ended, 0, run.err)
  return finals([run])
}

test(
  'killed at random moments, a run goes on where it was: nothing lost, nothing twice',
  inFolder(async (folder) => {
    const expected = await unbroken(folder, log)
    assert.ok(Object.keys(expected).length >= 3)
    const path = join(folder, 'fw.log')
    writeFileSync(path, '')
    const args = [...net, '--state', 'state', '--keep-every', '0.2', 'fw.log']
    const runs: WatchRun[] = []
    let random = seed
    const draw = (below: number) => {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0
      return (random >>> 8) % below
    }
    let at = 0
    const kills = 8
    for (let kill = 0; kill < kills; kill++) {
      const run = new WatchRun(args, folder)
      runs.push(run)
      const stop = Date.now() + 400 + draw(1600)
      const share = Math.ceil(log.length / kills)
      const until = Math.min(log.length, at + share)
      while (Date.now() < stop || at < until) {
        // Cut in the middle of a line, as a writer's buffer would be.
        const lines = log.slice(at, Math.min(until, at + 20))
        at += lines.length
        const text = lines.map((line) => `${line}\n`).join('')
        const cut = draw(text.length + 1)
        appendFileSync(path, text.slice(0, cut))
        await new Promise((resolve) => setTimeout(resolve, draw(20)))
        appendFileSync(path, text.slice(cut))
      }
      await run.kill('SIGKILL')
    }
    const last = new WatchRun([...args, '--until-end'], folder)
    assert.equal(await last.ended, 0, last.err)
    assert.deepEqual(finals([...runs, last]), expected)
    const fresh = [...runs, last].flatMap((run) => run.scans).filter(({ status }) => status === 'new')
    assert.equal(new Set(fresh.map(({ id }) => id)).size, fresh.length, 'no scan is told as new twice')
  }),
)

/** Ways in which a log is rotated between two parts of it. */
const rotations: readonly (readonly [name: string, rotate: (path: string, rest: string) => void])[] = [
  [
    'renamed',
    (path, rest) => {
      renameSync(path, `${path}.1`)
      writeFileSync(path, rest)
    },
  ],
  [
    'renamed twice',
    (path, rest) => {
      const middle = rest.indexOf('\n', rest.length / 2) + 1
      renameSync(path, `${path}.2`)
      writeFileSync(`${path}.1`, rest.slice(0, middle))
      writeFileSync(path, rest.slice(middle))
    },
  ],
  [
    'copied and cut',
    (path, rest) => {
      copyFileSync(path, `${path}.1`)
      truncateSync(path)
      appendFileSync(path, rest)
    },
  ],
  [
    'compressed',
    (path, rest) => {
      renameSync(path, `${path}.1`)
      writeFileSync(`${path}.1.gz`, gzipSync(readOf(`${path}.1`)))
      rmSync(`${path}.1`)
      writeFileSync(path, rest)
    },
  ],
]

function readOf(path: string): Buffer {
  return readFileSync(path)
}

for (const [name, rotate] of rotations) {
  for (const away of [false, true]) {
    test(
      `a log that is ${name} ${away ? 'while nobody reads it' : 'while it is followed'} is read whole, once`,
      inFolder(async (folder) => {
        const expected = await unbroken(folder, log)
        const path = join(folder, 'fw.log')
        const half = Math.floor(log.length / 2)
        // The first part ends in the middle of a line.
        const text = `${log.join('\n')}\n`
        const cut = text.indexOf(log[half] as string) + 30
        writeFileSync(path, text.slice(0, cut))
        const args = [...net, '--state', 'state', 'fw.log']
        const first = new WatchRun(args, folder)
        await first.until((run) => run.scans.length > 0)
        if (away) {
          assert.equal(await first.kill('SIGTERM'), 0, first.err)
          // Written while nobody looked, before it was rotated.
          const line = text.indexOf('\n', cut) + 1
          appendFileSync(path, text.slice(cut, line))
          rotate(path, text.slice(line))
        } else {
          const line = text.indexOf('\n', cut) + 1
          appendFileSync(path, text.slice(cut, line))
          rotate(path, text.slice(line))
          await first.until((run) => /rotated|cut short/.test(run.err))
          await new Promise((resolve) => setTimeout(resolve, 500))
          assert.equal(await first.kill('SIGTERM'), 0, first.err)
        }
        const last = new WatchRun([...args, '--until-end'], folder)
        assert.equal(await last.ended, 0, last.err)
        assert.deepEqual(withoutPlaces(finals([first, last])), withoutPlaces(expected), first.err + last.err)
      }),
    )
  }
}
