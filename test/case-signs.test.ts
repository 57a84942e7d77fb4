/** What followed a scan, told by logs of several sensors (Q4, E3, E4, A3, A5), with and without a past to compare with. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Case, Sign } from '../src/case/case.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { openDatabase } from '../src/store/database.ts'
import { rememberDay } from '../src/store/host-memory.ts'

const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-signs-'))
after(() => rmSync(temporary, { recursive: true }))
const net = ['192.0.2.0/24', '10.20.0.0/24']
const start = Date.parse('2026-11-22T03:00:00Z')
const scanner = '203.0.113.9'
const at = (seconds: number) => new Date(start + 1000 * seconds).toISOString().replace('Z', '+0000')

interface Flow {
  readonly seconds: number
  readonly src: string
  readonly dst: string
  readonly port: number
  readonly answered: boolean
  readonly out?: number
  readonly back?: number
}

function flow({ seconds, src, dst, port, answered, out = 60, back = answered ? 60 : 0 }: Flow, n: number): string {
  const talked = out > 200 || back > 200
  return JSON.stringify({
    timestamp: at(seconds + 1),
    flow_id: n,
    event_type: 'flow',
    src_ip: src,
    src_port: 40_000 + (n % 20_000),
    dest_ip: dst,
    dest_port: port,
    proto: 'TCP',
    flow: {
      pkts_toserver: Math.max(1, Math.ceil(out / 1000)),
      pkts_toclient: answered ? Math.max(1, Math.ceil(back / 1000)) : 0,
      bytes_toserver: out,
      bytes_toclient: back,
      start: at(seconds),
      end: at(seconds + 1),
      age: 1,
      state: answered ? 'closed' : 'new',
      reason: 'timeout',
    },
    tcp: { tcp_flags_ts: talked ? '1b' : '02', tcp_flags_tc: answered ? (talked ? '1b' : '12') : '00' },
  })
}

/** A sweep of the block for a port, which five hosts serve; they are used by others before and after. */
function sweep(port = 22, first = 0): string[] {
  const live = [20, 21, 22, 23, 24]
  const users = live.flatMap((host, k) =>
    [1, 2, 3].map((user) => ({
      seconds: first - 600 + 7 * k + user,
      src: `198.51.100.${user}`,
      dst: `192.0.2.${host}`,
      port,
      answered: true,
      out: 2000,
      back: 9000,
    })),
  )
  const probes = Array.from({ length: 60 }, (_, n) => ({
    seconds: first + n / 10,
    src: scanner,
    dst: `192.0.2.${n + 1}`,
    port,
    answered: live.includes(n + 1),
  }))
  return [...users, ...probes].map(flow)
}

const alert = (seconds: number, name: string, src = scanner, dst = '192.0.2.20', port = 22) =>
  JSON.stringify({
    timestamp: at(seconds),
    event_type: 'alert',
    src_ip: src,
    src_port: 50_000,
    dest_ip: dst,
    dest_port: port,
    proto: 'TCP',
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id: 2_030_000,
      rev: 1,
      signature: name,
      category: 'Attempted Administrator Privilege Gain',
      severity: 1,
    },
  })

const http = (seconds: number, url: string, dst = '192.0.2.20') =>
  JSON.stringify({
    timestamp: at(seconds),
    event_type: 'http',
    src_ip: scanner,
    src_port: 50_001,
    dest_ip: dst,
    dest_port: 80,
    proto: 'TCP',
    http: { hostname: dst, url, http_user_agent: 'curl/8', http_method: 'GET', status: 404 },
  })

const sshd = (seconds: number, text: string) =>
  `${new Date(start + 1000 * seconds).toISOString()} bastion sshd[77]: ${text}`

let folders = 0

async function caseOf(files: Readonly<Record<string, readonly string[]>>, state?: string): Promise<Case> {
  const folder = join(temporary, String(folders++))
  const { mkdirSync } = await import('node:fs')
  mkdirSync(folder)
  const paths = Object.entries(files).map(([name, lines]) => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
    return join(folder, name)
  })
  const { cases } = await analyze({ paths, net, ...(state === undefined ? {} : { state }) })
  assert.equal(cases.length, 1, 'one case')
  return cases[0] as Case
}

const kindsOf = (one: Case) => new Set(one.triage?.signs.map(({ kind }) => kind))
const signOf = (one: Case, kind: Sign['kind']) => one.triage?.signs.find((sign) => sign.kind === kind)
const answerOf = (one: Case, id: string) => one.triage?.answers.find(({ question }) => question === id)

describe('after a sweep', () => {
  test('with nothing behind it, nothing is made up; what cannot be known is said with the log that would tell', async () => {
    const one = await caseOf({ 'eve.json': sweep() })
    assert.equal(one.triage?.signs.length, 0)
    assert.equal(one.decision?.rule, 'E1')
    const answer = answerOf(one, 'Q4')
    assert.equal(answer?.answer, 'unknown')
    assert.match(answer?.wouldTell.join(' ') ?? '', /logins of the touched systems/)
    assert.match(answer?.wouldTell.join(' ') ?? '', /endpoint records/)
  })

  test('E3: an exploit alert of an IDS, with the line it stands in', async () => {
    const one = await caseOf({
      'eve.json': [...sweep(), alert(60, 'ET EXPLOIT OpenSSH pre-auth overflow CVE-2026-1111')],
    })
    assert.equal(one.decision?.rule, 'E3')
    const sign = signOf(one, 'exploit')
    assert.equal(sign?.host, '192.0.2.20')
    assert.match(sign?.text ?? '', /CVE-2026-1111/)
    assert.ok((sign?.evidence[0]?.offset ?? 0) > 0)
    assert.match(one.triage?.related.map(({ why }) => why).join() ?? '', /an alert about 203\.0\.113\.9/)
  })

  test('E3: an alert about a scan is no exploitation', async () => {
    const one = await caseOf({ 'eve.json': [...sweep(), alert(60, 'ET SCAN Potential SSH Scan')] })
    assert.equal(one.decision?.rule, 'E1')
    assert.equal(signOf(one, 'exploit'), undefined)
  })

  test('E3: attack words in a request; ordinary pages are none', async () => {
    const attacked = await caseOf({ 'eve.json': [...sweep(), http(60, '/cgi-bin/..%2f..%2fetc/passwd')] })
    assert.equal(attacked.decision?.rule, 'E3')
    const visited = await caseOf({ 'eve.json': [...sweep(), http(60, '/index.html?page=2'), http(61, '/robots.txt')] })
    assert.equal(visited.decision?.rule, 'E1')
    assert.ok(
      visited.triage?.related.some(({ text }) => text.includes('/index.html')),
      'A3: they are listed all the same',
    )
  })

  test('E3, then E4: failed logins are guessing; one that succeeds after them is compromise', async () => {
    const failures = Array.from({ length: 12 }, (_, n) =>
      sshd(30 + n, `Failed password for root from ${scanner} port ${50_000 + n} ssh2`),
    )
    const guessed = await caseOf({ 'eve.json': sweep(), 'auth.log': failures })
    assert.equal(guessed.decision?.rule, 'E3')
    assert.equal(signOf(guessed, 'guessing')?.count, 12)
    assert.equal(answerOf(guessed, 'Q4')?.answer === 'yes', false, 'guessing alone is no lateral movement')
    const entered = await caseOf({
      'eve.json': sweep(),
      'auth.log': [...failures, sshd(60, `Accepted password for deploy from ${scanner} port 50100 ssh2`)],
    })
    assert.equal(entered.decision?.rule, 'E4')
    assert.match(signOf(entered, 'login')?.text ?? '', /logged in to bastion as deploy after 12 failed attempts/)
    assert.ok(entered.triage?.techniques.some(({ id, state }) => id === 'T1133' && state === 'seen'))
  })

  test('logins of somebody else say nothing', async () => {
    const lines = [
      sshd(30, 'Failed password for ann from 198.51.100.1 port 5 ssh2'),
      sshd(40, 'Accepted password for ann from 198.51.100.1 port 6 ssh2'),
    ]
    const one = await caseOf({ 'eve.json': sweep(), 'auth.log': lines })
    assert.equal(one.triage?.signs.length, 0)
  })

  test('a neighbour in the same /24 that comes for what had answered belongs to it', async () => {
    const visits = Array.from({ length: 5 }, (_, n) =>
      flow(
        { seconds: 100 + n, src: '203.0.113.77', dst: '192.0.2.20', port: 22, answered: true, out: 4000, back: 6000 },
        900 + n,
      ),
    )
    const one = await caseOf({ 'eve.json': [...sweep(), ...visits] })
    assert.match(signOf(one, 'session')?.text ?? '', /203\.0\.113\.77 used tcp\/22 of 192\.0\.2\.20/)
  })

  const carried = (dst: string, out: number) =>
    flow({ seconds: 200, src: '192.0.2.20', dst, port: 443, answered: true, out, back: 30_000 }, 990)

  test('Q4 without a past: more than 1 MiB out, ten times what came in, to the actor or to a new address; else not', async () => {
    const toActor = await caseOf({ 'eve.json': [...sweep(), carried(scanner, 5e6)] })
    assert.equal(toActor.decision?.rule, 'E4')
    assert.equal(answerOf(toActor, 'Q4')?.answer, 'yes')
    const elsewhere = await caseOf({ 'eve.json': [...sweep(), carried('198.51.100.200', 5e6)] })
    assert.ok((signOf(elsewhere, 'outbound-volume')?.confidence ?? 1) < 0.9, 'the confidence is capped')
    assert.match(signOf(elsewhere, 'outbound-volume')?.text ?? '', /nothing is known of what is usual/)
    const little = await caseOf({ 'eve.json': [...sweep(), carried('198.51.100.200', 900_000)] })
    assert.equal(signOf(little, 'outbound-volume'), undefined)
    const usedBefore = flow(
      { seconds: -300, src: '192.0.2.20', dst: '198.51.100.200', port: 443, answered: true, out: 5e6, back: 30_000 },
      991,
    )
    const known = await caseOf({ 'eve.json': [...sweep(), usedBefore] })
    assert.equal(signOf(known, 'outbound-volume'), undefined)
  })

  test('Q4 with a past: what is usual for the host is no sign, what is ten times that is', async () => {
    const past = (bytes: number) => {
      const state = mkdtempSync(join(temporary, 'state-'))
      const database = openDatabase(state)
      for (let day = 1; day <= 14; day++) {
        rememberDay(database, {
          day: `2026-11-${String(day + 7).padStart(2, '0')}`,
          outbound: new Map([['192.0.2.20', bytes * (day % 2 === 0 ? 0.8 : 1.2)]]),
          peers: [['192.0.2.20', '198.51.100.200']],
          admin: [],
          ports: new Map([[22, 3]]),
        })
      }
      database.close()
      return state
    }
    const usual = await caseOf({ 'eve.json': [...sweep(), carried('198.51.100.200', 5e6)] }, past(5e6))
    assert.equal(signOf(usual, 'outbound-volume'), undefined)
    const unusual = await caseOf({ 'eve.json': [...sweep(), carried('198.51.100.201', 50e6)] }, past(1e6))
    assert.match(signOf(unusual, 'outbound-volume')?.text ?? '', /1 MB a day is usual for it over 14 days/)
    assert.ok(kindsOf(unusual).has('first-destination'))
    assert.equal(unusual.decision?.rule, 'E4')
  })

  test('Q4: a touched host that administers another as never before, where the past is known', async () => {
    const state = mkdtempSync(join(temporary, 'state-'))
    const database = openDatabase(state)
    for (let day = 8; day <= 21; day++) {
      rememberDay(database, {
        day: `2026-11-${String(day).padStart(2, '0')}`,
        outbound: new Map(),
        peers: [],
        admin: [['192.0.2.20', '10.20.0.5', 22]],
        ports: new Map(),
      })
    }
    database.close()
    const inside = (dst: string) =>
      flow({ seconds: 300, src: '192.0.2.20', dst, port: 22, answered: true, out: 5000, back: 7000 }, 995)
    const before = await caseOf({ 'eve.json': [...sweep(), inside('10.20.0.5')] }, state)
    assert.equal(signOf(before, 'admin-pair'), undefined)
    const fresh = await caseOf(
      {
        'eve.json': [
          ...sweep(22, 3600),
          flow(
            { seconds: 3900, src: '192.0.2.20', dst: '10.20.0.6', port: 22, answered: true, out: 5000, back: 7000 },
            996,
          ),
        ],
      },
      state,
    )
    assert.match(signOf(fresh, 'admin-pair')?.text ?? '', /tcp\/22 of 10\.20\.0\.6/)
  })
})

test('Q5, Q3: the same source again is said to have been here before, in the case that it brings back', async () => {
  const state = mkdtempSync(join(temporary, 'state-'))
  const first = await caseOf({ 'eve.json': sweep() }, state)
  assert.equal(answerOf(first, 'Q5')?.answer, 'unknown')
  const { CaseStore } = await import('../src/store/case-store.ts')
  const store = CaseStore.open(state)
  store.append(first.id, [
    {
      at: '2026-11-22T05:00:00Z',
      author: 'ada',
      reason: 'blocked',
      body: { kind: 'closed', outcome: 'resolved', lesson: 'none', change: 'none' },
    },
  ])
  store.close()
  const again = await caseOf({ 'eve.json': sweep(22, 86_400) }, state)
  assert.equal(again.id, first.id)
  const answer = answerOf(again, 'Q5')
  assert.equal(answer?.answer, 'yes')
  assert.match(
    answer?.because.join(' ') ?? '',
    new RegExp(`Case ${first.id}, 2026-11-22: the same source \\(203\\.0\\.113\\.9\\)`),
  )
  assert.equal(answerOf(again, 'Q3')?.answer, 'yes', 'it was escalated before')
})

test('the same scan read twice is one case, with nothing twice in it', async () => {
  const state = mkdtempSync(join(temporary, 'state-'))
  const first = await caseOf({ 'eve.json': sweep() }, state)
  const again = await caseOf({ 'eve.json': sweep() }, state)
  assert.equal(again.id, first.id)
  assert.equal(again.scans.length, 1)
})
