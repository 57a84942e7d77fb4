/** The watch of a running service: what was touched before a kill is watched after it, and returns are told (requirement C5). */
import assert from 'node:assert/strict'
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CaseStore } from '../src/store/case-store.ts'
import { inFolder, WatchRun } from './watch-run.ts'
import { business, closed, day, type Flow, flow, iso, opens, sweep, temporary } from './watchlist-parts.ts'

const runs: WatchRun[] = []
after(() => {
  for (const { child } of runs) child.kill('SIGKILL')
  rmSync(temporary, { recursive: true })
})

const textOf = (flows: readonly Flow[]) =>
  [...flows]
    .sort((x, y) => x.seconds - y.seconds)
    .map((each, n) => `${flow(each, n)}\n`)
    .join('')

function started(args: readonly string[], folder: string): WatchRun {
  const run = new WatchRun(args, folder)
  runs.push(run)
  return run
}

test(
  'killed and started again: a touched host that opens a session twelve days later, and a source that comes back, are told',
  inFolder(async (folder) => {
    const log = join(folder, 'eve.json')
    const state = join(folder, 'state')
    const args = ['--net', '192.0.2.0/24', '--state', 'state', '--keep-every', '0.2', 'eve.json']
    writeFileSync(log, textOf([...sweep(0), ...business(3600)]))
    const first = started(args, folder)
    await first.until(({ cases }) => cases.length > 0)
    const [told] = first.cases
    assert.deepEqual([told?.status, told?.rule], ['new', 'E1'])
    const { id = '' } = told ?? {}
    await first.kill('SIGKILL')

    const second = started(args, folder)
    appendFileSync(log, textOf([...business(12 * day), opens(12 * day, '192.0.2.20'), opens(12 * day, '192.0.2.201')]))
    await second.until(({ cases }) => cases.some(({ status }) => status === 'decided'))
    assert.deepEqual(
      second.cases.map((one) => [one.id, one.status, one.rule]),
      [[id, 'decided', 'E4']],
    )
    await second.kill('SIGKILL')

    const store = CaseStore.open(state)
    const noted = store.find(id).history.flatMap(({ body }) => (body.kind === 'noted' ? [body.text] : []))
    assert.equal(noted.length, 1, 'said once, whatever was read again')
    assert.match(noted[0] ?? '', /^192\.0\.2\.20 is watched since 2026-11-22/)
    store.append(id, [closed('resolved', iso(13 * day))])
    store.close()

    const third = started(args, folder)
    appendFileSync(log, textOf(sweep(50 * day)))
    await third.until(({ cases }) => cases.length > 0)
    assert.deepEqual([third.cases[0]?.id, third.cases[0]?.status], [id, 'decided'])
    appendFileSync(log, textOf(business(50 * day + 7200)))
    assert.equal(await third.kill('SIGTERM'), 0, third.err)
    const after = CaseStore.open(state)
    const { status, history } = after.find(id)
    assert.equal(after.count(), 1)
    after.close()
    assert.equal(status, 'open')
    assert.equal(history.filter(({ body }) => body.kind === 'reopened').length, 1)
  }),
)
