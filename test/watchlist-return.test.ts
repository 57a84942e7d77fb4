/** What a case that is over is known by brings it back, with its history and what became of a block (requirement C5). */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import type { Case, Outcome } from '../src/case/case.ts'
import { watchKeysOf } from '../src/case/watch-list.ts'
import type { LedgerBody, Observation } from '../src/respond/ledger/entry.ts'
import type { Plan } from '../src/respond/plan/plan.ts'
import { LedgerStore } from '../src/store/ledger-store.ts'
import { WatchEntries } from '../src/store/watch-entries.ts'
import { closed, day, folder, iso, read, scanner, sweep, temporary, withStore } from './watchlist-parts.ts'

after(() => rmSync(temporary, { recursive: true }))

/** A state directory with one case that was closed a day later. */
async function over(
  name: string,
  outcome: Outcome = 'resolved',
  flows = sweep(0),
): Promise<{ state: string; id: string }> {
  const state = folder(name)
  const [one] = await read(state, flows)
  assert.ok(one)
  withStore(state, (store) => store.append(one.id, [closed(outcome as 'resolved', iso(day))]))
  return { state, id: one.id }
}

const find = (state: string, id: string) => withStore(state, (store) => store.find(id))
const joinedOf = (one: Case | undefined) => one?.scans.at(-1)?.joined ?? ''
const entriesOf = (state: string, at = iso(2 * day)) =>
  withStore(state, ({ database }) => new WatchEntries(database).list({ activeAt: at }))

describe('who comes back', () => {
  test('the same source reopens a case that was resolved; the history stays, and Q5 and the list say so', async () => {
    const { state, id } = await over('source')
    const [one, ...more] = await read(state, sweep(40 * day, { port: 8080, live: [] }))
    assert.deepEqual(more, [])
    assert.deepEqual([one?.id, one?.status, one?.scans.length], [id, 'open', 2])
    const reopened = one?.history.find(({ body }) => body.kind === 'reopened')
    assert.equal(reopened?.author, 'sweepwatch')
    assert.match(
      reopened?.reason ?? '',
      /last active 2026-11-22 and is back \(strong: the same source\), 203\.0\.113\.9/,
    )
    assert.match(
      reopened?.reason ?? '',
      /on the watch list from 2026-11-23 to 2027-05-22 \(alice: closed as resolved: INC-7\)/,
    )
    assert.ok(one?.history.some(({ body }) => body.kind === 'closed'))
    const answer = one?.triage?.answers.find(({ question }) => question === 'Q5')
    assert.equal(answer?.answer, 'yes')
    assert.match(answer?.because.join(' ') ?? '', /This very case: it was last active/)
    const entry = entriesOf(state).find(({ kind }) => kind === 'source')
    assert.deepEqual([entry?.returns, entry?.lastReturn?.slice(0, 10)], [1, '2027-01-01'])
  })

  test('it does not where a person said that it was expected, nothing, or background', async () => {
    for (const outcome of ['false-alarm', 'expected', 'background'] as const) {
      const { state, id } = await over(outcome, outcome)
      assert.deepEqual(entriesOf(state), [])
      const [one] = await read(state, sweep(3 * day))
      assert.notEqual(one?.id, id, outcome)
      assert.equal(find(state, id).status, 'closed')
      assert.equal(find(state, id).history.at(-1)?.body.kind, 'closed')
    }
  })

  test('the same network with the same fingerprint does; another fingerprint, or the same from elsewhere, does not', async () => {
    const { state, id } = await over('network')
    const [elsewhere] = await read(state, sweep(3 * day, { src: '198.51.100.77' }))
    assert.notEqual(elsewhere?.id, id, 'everybody sweeps for 22')
    const [other] = await read(
      state,
      [...Array(20).keys()].map((n) => ({
        seconds: 4 * day + n,
        src: '203.0.113.77',
        dst: '192.0.2.9',
        port: 1000 + n,
        answered: false,
      })),
    )
    assert.notEqual(other?.id, id, 'one host, many ports: not made like it')
    const [one] = await read(state, sweep(5 * day, { src: '203.0.113.80' }))
    assert.equal(one?.id, id)
    assert.match(joinedOf(one), /medium: the same network with the same fingerprint\), 203\.0\.113\.0\/24 /)
  })

  test('a long list of ports of the same targets does, from anywhere; a short one and that of nmap do not', async () => {
    const list = (first: number, src: string, ports: readonly number[]) =>
      [7, 9, 11, 13, 15].flatMap((host) =>
        ports.map((port, n) => ({ seconds: first + n, src, dst: `192.0.2.${host}`, port, answered: false })),
      )
    const ports = [21, 79, 113, 512, 1099, 2049, 3632, 6000, 6667, 8009, 8180, 9001].flatMap((port) => [port, port + 3])
    const { state, id } = await over('list', 'resolved', list(0, scanner, ports))
    const [short] = await read(state, list(2 * day, '198.51.100.7', ports.slice(0, 20)))
    assert.notEqual(short?.id, id)
    const [one] = await read(state, list(3 * day, '100.64.0.9', ports))
    assert.equal(one?.id, id)
    assert.match(joinedOf(one), /medium: just the same long list of ports/)
    const [scan] = find(state, id).scans
    assert.ok(scan)
    const kinds = (length: number) =>
      watchKeysOf({
        ...scan.scan,
        targets: { ...scan.scan.targets, ports: Array.from({ length }, (_, n) => n + 1) },
      }).map(({ kind }) => kind)
    assert.ok(kinds(999).includes('targets') && !kinds(1000).includes('targets') && !kinds(7).includes('targets'))
  })

  test('a host of ours that had answered and scans itself reopens it', async () => {
    const { state, id } = await over('inside')
    const scans = Array.from({ length: 40 }, (_, n) => ({
      seconds: 9 * day + n,
      src: '192.0.2.20',
      dst: `192.0.2.${100 + n}`,
      port: 445,
      answered: false,
    }))
    const cases = await read(state, scans)
    assert.deepEqual(
      cases.map((one) => [one.id, one.status, one.decision?.rule]),
      [[id, 'open', 'E4']],
    )
    assert.match(
      joinedOf(cases[0]),
      /192\.0\.2\.20 had answered this case's scan \(tcp\/22\), was watched since 2026-11-22/,
    )
  })

  test('an older log that is read later, and the same log again, bring nobody back', async () => {
    const { state, id } = await over('older')
    const [one] = await read(state, sweep(-2 * day, { port: 23 }))
    assert.notEqual(one?.id, id)
    await read(state, sweep(0))
    assert.equal(find(state, id).status, 'closed')
  })

  test('again and again: each return is counted and told', async () => {
    const { state, id } = await over('again')
    for (let time = 1; time <= 6; time++) {
      const [one] = await read(state, sweep(10 * time * day))
      assert.deepEqual([one?.id, one?.status], [id, 'open'])
      withStore(state, (store) => store.append(id, [closed('resolved', iso((10 * time + 1) * day))]))
    }
    const { history, scans } = find(state, id)
    assert.equal(history.filter(({ body }) => body.kind === 'reopened').length, 6)
    assert.equal(history.filter(({ body }) => body.kind === 'closed').length, 7)
    assert.equal(scans.length, 7)
    const entries = entriesOf(state)
    assert.deepEqual(
      entries.filter(({ kind }) => kind === 'source').map(({ returns }) => returns),
      [6],
    )
    assert.equal(entries[0]?.since.slice(0, 10), iso(61 * day).slice(0, 10), 'its time begins anew')
  })
})

describe('an end', () => {
  test('a hundred and eighty days after it was closed, or as configured', async () => {
    const { state, id } = await over('end')
    const short = { hosts: 30 * day, sources: 10 * day }
    const [early] = await read(state, sweep(12 * day, { port: 23 }), short)
    assert.notEqual(early?.id, id)
    withStore(state, (store) => store.append(early?.id ?? '', [closed('false-alarm', iso(12 * day))]))
    const [late] = await read(state, sweep(190 * day, { port: 25 }))
    assert.notEqual(late?.id, id)
    withStore(state, (store) => store.append(late?.id ?? '', [closed('false-alarm', iso(190 * day))]))
    const [one] = await read(state, sweep(180 * day))
    assert.equal(one?.id, id)
  })

  test('what a person adds holds as long as they said; what they remove stays removed when it is closed again', async () => {
    const { state, id } = await over('hand')
    withStore(state, (store) => {
      const entries = new WatchEntries(store.database)
      const change = { at: iso(day), author: 'bob', reason: 'same hoster' }
      entries.add({ kind: 'prefix', value: '203.0.113.128/25' }, id, iso(20 * day), change)
    })
    const [one] = await read(state, sweep(19 * day, { src: '203.0.113.166', port: 5900 }))
    assert.equal(one?.id, id)
    assert.match(joinedOf(one), /as a person wished: from this network\), 203\.0\.113\.128\/25, .*bob: same hoster/)
    withStore(state, (store) => {
      store.append(id, [closed('resolved', iso(20 * day))])
      const entries = new WatchEntries(store.database)
      for (const { id: entry } of entries.list({ caseId: id }))
        entries.remove(entry, { at: iso(20 * day), author: 'alice', reason: 'given to somebody else' })
      store.append(id, [closed('resolved', iso(21 * day))])
      assert.deepEqual(entries.list({ activeAt: iso(22 * day) }), [])
      assert.throws(
        () => entries.remove(1, { at: iso(20 * day), author: 'alice', reason: 'again' }),
        /there is no entry 1/,
      )
      assert.ok(entries.changes().length >= 3)
      assert.throws(() => store.database.exec('DELETE FROM watch_change'), /never deleted/)
      assert.throws(() => store.database.exec("UPDATE watch_change SET author = 'x'"), /never changed/)
    })
    const [after] = await read(state, sweep(30 * day))
    assert.notEqual(after?.id, id)
  })
})

describe('what became of the block', () => {
  const plan: Plan = {
    ...{ id: 'abcdef012345', caseId: '', measure: 'block', rate: null, direction: 'in', ports: [], protocol: 'any' },
    networks: [
      {
        network: `${scanner}/32`,
        sources: [scanner],
        spoofable: false,
        denyOnly: false,
        because: 'it',
        shared: [],
        earlier: 0,
      },
    ],
    ...{ refused: [], targets: ['edge'], limit: 20 * day, blastRadius: null, because: [] },
  }
  const seen = (behind: number): Observation => ({
    since: iso(10 * day),
    until: iso(11 * day),
    before: 90,
    dropped: 9,
    behind,
    example: null,
  })
  const applied: LedgerBody = { kind: 'applied', target: 'edge', outcome: 'applied', detail: '', blocks: 1 }
  const judged = (proof: 'proven' | 'contradicted', behind: number): LedgerBody => ({
    ...{ kind: 'judged', target: 'edge', phase: 'block', proof, seen: seen(behind), because: 'looked' },
  })

  /** The sweep of the eleventh day (10 days and 100 seconds later), with these entries behind the approval of day 1 to day 21. */
  async function said(
    name: string,
    bodies: readonly LedgerBody[],
    live: number[],
    changes: Partial<Plan> = {},
  ): Promise<string> {
    const { state, id } = await over(name, 'contained')
    withStore(state, ({ database }) => {
      const by = { author: { name: 'alice', login: 'alice' }, reason: 'INC-7', plan: plan.id }
      const all: LedgerBody[] = [
        { kind: 'proposed', plan: { ...plan, ...changes, caseId: id } },
        { kind: 'approved', until: iso(21 * day), policy: null },
        ...bodies,
      ]
      new LedgerStore(database).append(all.map((body, n) => ({ ...by, at: iso(day + n), body })))
    })
    const [one] = await read(state, sweep(10 * day + 100, { live }))
    assert.deepEqual([one?.id, one?.status], [id, 'open'])
    assert.match(one?.history.find(({ body }) => body.kind === 'reopened')?.reason ?? '', /it came back/)
    return joinedOf(one).replace(/^.*INC-7\); /, '')
  }

  test('failed: it was answered, or its packets were seen behind', async () => {
    assert.match(
      await said('answered', [applied], [20]),
      /^it came back while blocked until 2026-12-13 03:00:00 UTC: the block has failed, it was answered \(192\.0\.2\.20:22\)$/,
    )
    assert.match(
      await said('behind', [applied, judged('contradicted', 7)], []),
      /: the block has failed, packets of it were seen behind edge \(7, last looked 2026-12-03 03:00:00 UTC\)$/,
    )
  })

  test('kept out, as proven or as far as it is seen', async () => {
    assert.equal(
      await said('kept', [applied], []),
      'it came back while blocked until 2026-12-13 03:00:00 UTC and was kept out',
    )
    assert.match(await said('proven', [applied, judged('proven', 0)], []), / and was kept out \(proven at edge\)$/)
  })

  test('not failed: what is not blocked on that port, only slowed, or never stood anywhere', async () => {
    const port = { ports: [80], protocol: 'tcp' } as const
    assert.match(
      await said('ports', [applied], [20], port),
      /and was kept out on the ports that are blocked \(tcp 80\)$/,
    )
    const slow = { measure: 'throttle', rate: { perSecond: 1, burst: 5 } } as const
    assert.match(
      await said('slowed', [applied], [20], slow),
      /while slowed until .*: what a throttle lets through is no failure of it$/,
    )
    const failed: LedgerBody = { kind: 'failed', target: 'edge', doing: 'apply', error: 'no route' }
    assert.match(
      await said('nowhere', [failed], [20]),
      /was to be blocked until .*: the plan stood nowhere \(edge: failed\)$/,
    )
  })

  test('after its end, or after it was taken back', async () => {
    const ended: LedgerBody = { kind: 'released', target: 'edge', why: 'revoked', detail: '' }
    assert.equal(
      await said('revoked', [applied, { kind: 'revoked' }, ended], [20]),
      'it came back after its block was taken back 2026-11-23 03:00:03 UTC',
    )
    const { state, id } = await over('ended', 'contained')
    withStore(state, ({ database }) => {
      const by = { at: iso(day), author: { name: 'alice', login: 'alice' }, reason: '', plan: plan.id }
      const approved: LedgerBody = { kind: 'approved', until: iso(5 * day), policy: null }
      new LedgerStore(database).append(
        [{ kind: 'proposed' as const, plan: { ...plan, caseId: id } }, approved, applied].map((body) => ({
          ...by,
          body,
        })),
      )
    })
    const [one] = await read(state, sweep(10 * day))
    assert.match(joinedOf(one), /; it came back after its block ended 2026-11-27 03:00:00 UTC$/)
  })

  test('nothing is said where none was approved, or it was of another source', async () => {
    const { state } = await over('unblocked')
    const [one] = await read(state, sweep(10 * day))
    assert.doesNotMatch(joinedOf(one), /came back/)
    const other = [{ ...plan.networks[0], network: '198.51.100.1/32' }] as Plan['networks']
    await assert.rejects(said('other', [applied], [20], { networks: other }), /it came back/)
  })
})
