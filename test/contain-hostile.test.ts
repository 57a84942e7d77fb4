/** What a log, a peer or a person may write in a name or a reason: none of it acts in a rule, a file, JSON or on a terminal. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Problem } from '../src/base/problem.ts'
import type { Dossier } from '../src/intel/intel.ts'
import { printable } from '../src/report/escape.ts'
import { entryObject, planObject } from '../src/report/respond/plan-json.ts'
import { ledgerText, liveEntry, planList, planText } from '../src/report/respond/plan-text.ts'
import { blocksOf } from '../src/respond/plan/blocks.ts'
import { approved, proposed } from '../src/respond/plan/decide.ts'
import type { Plan } from '../src/respond/plan/plan.ts'
import type { Block, GuardedBlock } from '../src/respond/respond.ts'
import { caseWith, drafts, emptyLedger, guardWith, source } from './contain-case.ts'
import { capture, Desk, enforcing } from './contain-desk.ts'
import { everyTarget, givenTo } from './contain-rendered.ts'
import { block } from './target/change.ts'

const hostile = [
  'a\nnftables: flush ruleset\n',
  '"; flush ruleset; #',
  '"}}]} , {"flush":{"ruleset":null}}',
  "'; reboot; $(reboot) `reboot` | reboot",
  '\u001b]0;owned\u0007\u001b[2J\u001b[31mred',
  '\u009b2J\u0085next',
  'abc\u202egnp.exe\u2066\u200f\ufeff',
  'null\0 byte \r\n carriage',
  '203.0.113.7 timeout 0\nadd sw-block-in4 192.0.2.1',
  '</script><img src=x onerror=alert(1)>',
  '__proto__',
  '\ud800 lone surrogate',
  'x'.repeat(10_000),
]
const now = Date.parse('2026-11-28T12:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-contain-hostile-'))
after(() => rmSync(folder, { recursive: true }))
const look = { colour: false, unicode: true, columns: 100 }
const never = new AbortController().signal

/** Nothing in it but line ends acts on a terminal. */
function mustBeQuiet(text: string): void {
  const shown = text.replaceAll('\n', '')
  assert.equal(printable(shown), shown)
}

/** A plan of a case in which whatever can be a foreign text is one. */
function planWith(text: string): Plan {
  const one = caseWith({ dossiers: [dossier(text)] })
  const told = { ...one, title: text, decision: one.decision && { ...one.decision, title: text, because: [text] } }
  const [plan] = drafts(told as typeof one, { measure: 'block' })
  return { ...(plan as Plan), id: 'abcdef012345' }
}

function dossier(text: string): Dossier {
  const unknown = {
    scope: 'public',
    asn: null,
    organisation: text,
    country: null,
    kind: 'vpn',
    research: null,
  } as const
  const reverseName = { name: `cgnat.${text}.nat`, confirmed: true }
  return { identity: { address: source, ...unknown, reverseName, because: [text] }, hits: [], looked: [] }
}

function blocksIn(plan: Plan): readonly GuardedBlock[] {
  const times = { since: '2026-11-28T12:00:00Z', until: '2026-11-28T16:00:00Z', byPerson: true }
  const guard = guardWith()
  return blocksOf(plan, times, guard.limits).map(
    ({ block: wanted, standing }) => guard.check(wanted, standing, 0, now).block ?? assert.fail('refused'),
  )
}

for (const [k, text] of hostile.entries()) {
  test(`hostile text ${k} in name, login, reason, case and reverse name: shown quietly, and JSON keeps it`, () => {
    const { ledger } = emptyLedger()
    const plan = planWith(text)
    const word = { author: { name: text, login: text }, reason: text, now, policy: null }
    ledger.append([proposed(plan, word)])
    const state = ledger.change(plan.id, (each) => approved(each, word, { needed: 1, guard: guardWith(), active: 0 }))
    const detail = { kind: 'applied', target: 'edge', outcome: 'applied', detail: text, blocks: 1 } as const
    const failed = { kind: 'failed', target: 'edge', doing: 'apply', error: text } as const
    const counts = { missing: 0, foreign: 1, changed: 0 }
    const drift = { missing: [], foreign: [text], changed: [], counts, strange: [text] }
    const bodies = [detail, failed, { kind: 'drift', target: 'edge', drift } as const]
    ledger.append(
      bodies.map((body) => ({ at: '2026-11-28T12:00:01Z', author: word.author, reason: text, plan: plan.id, body })),
    )
    const after = ledger.find(plan.id)
    const entries = ledger.newest(100)
    for (const shown of [
      planText(after, 2, look),
      planText(state, 1, look),
      planList([after], 1, look),
      ledgerText(entries, look),
    ])
      mustBeQuiet(shown)
    for (const entry of entries) {
      const line = liveEntry(entry, look)
      mustBeQuiet(line)
      assert.equal(line.indexOf('\n'), line.length - 1)
      const json = entryObject(entry)
      mustBeQuiet(json)
      assert.ok(!json.includes('\n'))
      assert.deepEqual(JSON.parse(json), { type: 'ledger', ...JSON.parse(JSON.stringify(entry)) })
    }
    mustBeQuiet(planObject(after))
    assert.ok(!planObject(after).includes('\n'))
    assert.equal(JSON.parse(planObject(after)).networks[0].shared.length, 2)
    assert.equal(ledger.verify().broken, undefined)
  })
}

/** Every file below, by its path in the folder. */
function filesOf(place: string): ReadonlyMap<string, string> {
  const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  return new Map(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(place.length),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  )
}

describe('rules and files of every target', () => {
  test('are byte for byte the same, whatever is written around the addresses', async () => {
    const made = hostile.map((text) => JSON.stringify(blocksIn(planWith(text))))
    const plain = blocksIn(planWith('plain'))
    assert.equal(plain.length, 1)
    for (const text of made) assert.equal(text, JSON.stringify(plain))
    const targets = await everyTarget(mkdtempSync(join(folder, 'plain-')))
    for (const each of targets) {
      const add = givenTo(each, plain)
      const text = each.target.preview({ add, remove: [], desired: add, at: now })
      mustBeQuiet(text)
      assert.ok(text.includes(source), each.id)
    }
  })

  test('refuse a block in which anything is no address, number or id of ours, and write nothing', async () => {
    const place = mkdtempSync(join(folder, 'refused-'))
    const targets = await everyTarget(place)
    const before = filesOf(place)
    const broken = (text: string): readonly Partial<Block>[] => [
      { network: text },
      { network: `203.0.113.7/32${text}` },
      { plan: text },
      { id: text },
      { until: text },
      { until: `2099-01-01T00:00:00Z${text}` },
      { direction: text as 'in' },
      { protocol: text as 'tcp' },
      { measure: text as 'block' },
      { ports: [text as unknown as number], protocol: 'tcp' },
      { rate: { perSecond: text as unknown as number, burst: 1 }, measure: 'throttle' },
    ]
    for (const text of hostile)
      for (const given of broken(text)) {
        const one = { ...block({ network: '203.0.113.7/32' }), ...given } as GuardedBlock
        for (const { id, target } of targets) {
          for (const change of [
            { add: [one], remove: [], desired: [one], at: now },
            { add: [], remove: [one], desired: [], at: now },
          ])
            assert.throws(() => target.preview(change), Problem, `${id}: ${JSON.stringify(given).slice(0, 80)}`)
        }
      }
    const written = targets.filter(({ id }) => ['aws', 'cisco-asa', 'debug', 'file', 'palo-alto'].includes(id))
    for (const text of hostile.slice(0, 3))
      for (const { id, target } of written) {
        const one = { ...block({ network: '203.0.113.7/32' }), plan: text } as GuardedBlock
        await assert.rejects(target.apply({ add: [one], remove: [], desired: [one], at: now }, never), Problem, id)
      }
    assert.deepEqual(filesOf(place), before)
  })
})

describe('by command', () => {
  // What a shell can pass on: no zero byte.
  const texts = hostile.filter((text) => !/[\0\ud800]/.test(text))
  let desk: Desk
  before(() => {
    desk = new Desk(enforcing)
    desk.ok(['analyze', capture])
  })

  test('a hostile author and reason of every decision act nowhere, and read back as they were', () => {
    const { caseId } = desk.plan
    const lines = texts.flatMap((text, k) => {
      const network = ['--network', `203.0.113.${k + 100}`, '--for', '20m']
      return [['plan', 'propose', caseId, ...network, '--reason', text, '--author', `${text}x`]]
    })
    const ids = desk.each(lines).map(({ stdout, stderr, status }) => {
      assert.equal(status, 0, stderr)
      mustBeQuiet(stdout)
      return /plan ([0-9a-f]{12})/.exec(stdout)?.[1] ?? assert.fail(stdout)
    })
    const decided = desk.each(
      ids.flatMap((id, k) => {
        const word = ['--reason', texts[k] as string, '--author', `${texts[k]}x`]
        return [
          ['plan', 'approve', id, '--enforce', ...word],
          ['plan', 'show', id],
          ['plan', 'revoke', id, ...word],
        ]
      }),
    )
    const shown = desk.each([
      ['plan'],
      ['ledger', '--limit', '1000'],
      ['case', 'show', caseId],
      ['case', 'timeline', caseId],
      ['handover'],
    ])
    for (const { status, stdout, stderr } of [...decided, ...shown]) {
      assert.equal(status, 0, stderr)
      mustBeQuiet(stdout + stderr)
    }
    const reasons = desk
      .json(['ledger', '--limit', '1000'])
      .filter(({ body }) => (body as { kind: string }).kind === 'revoked')
    assert.deepEqual(
      reasons.map(({ reason }) => reason),
      texts,
    )
    assert.match(desk.ok(['ledger', 'verify']), /each as it was written/)
    for (const [, text] of filesOf(join(desk.folder, 'state/targets'))) assert.match(text, /^\[\n?\]\n$|^\s*$/)
  })

  test('hostile words where a name, a network or a plan is meant are refused quietly', () => {
    const { caseId, id } = desk.plan
    const lines = texts.flatMap((text) => [
      ['plan', 'show', `~${text}`],
      ['plan', 'propose', caseId, '--network', `${text} `],
      ['plan', 'propose', caseId, '--target', `~${text}`],
      ['plan', 'propose', caseId, '--ports', `${text} `],
      ['plan', 'propose', caseId, '--for', `${text} `],
      ['plan', 'prove', id, '--before', `${text}.pcap`],
      ['ledger', 'verify', '--expect', text],
    ])
    for (const [k, { status, stdout, stderr }] of desk.each(lines).entries()) {
      assert.ok(status === 1 || status === 2, JSON.stringify(lines[k]))
      mustBeQuiet(stdout + stderr)
      assert.doesNotMatch(stderr, /unexpected error/)
    }
  })
})

test('no configuration gives a target a hostile name', () => {
  for (const name of ['a b', '"a;b"', '"../x"', '"\\e[2J"', 'A']) {
    const desk = new Desk(`state: state\nrespond: {targets: {${name}: {kind: debug}}}\n`)
    const [said] = desk.each([['plan']])
    assert.equal(said?.status, 2)
    mustBeQuiet(`${said?.stderr}`)
    assert.match(`${said?.stderr}`, /respond\.targets/)
  }
})
