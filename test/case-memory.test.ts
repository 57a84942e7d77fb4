/** What a case keeps from one log to the next, and what a crowd of scanners makes of each of them (Q3-Q5, D10). */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Sign } from '../src/case/case.ts'
import { keptSigns } from '../src/triage/kept.ts'
import { labInputs } from './lab-set.ts'

const root = join(import.meta.dirname, '..')
const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-case-memory-'))
after(() => rmSync(temporary, { recursive: true }))
const killchain = labInputs.find(({ name, kind }) => name === 'killchain' && kind === 'packets')?.path ?? ''

interface Shown {
  readonly id: string
  readonly severity: string
  readonly rule: string
  readonly decision: string
  readonly sources: readonly string[]
  readonly answers: readonly {
    readonly question: string
    readonly answer: string
    readonly because: readonly string[]
  }[]
  readonly signs: readonly { readonly kind: string }[]
}

function run(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), ...words], {
    cwd: temporary,
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  assert.equal(status, 0, stderr)
  return stdout
}

const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Shown)

/** A line of a firewall that drops. */
function dropped(at: number, src: string, dst: string, port: number): string {
  const mac = '02:00:00:00:00:01:02:00:00:00:00:02:08:00'
  return `${new Date(at).toISOString().slice(0, 23)}000+00:00 fw kernel: [UFW BLOCK] IN=eth0 OUT= MAC=${mac} SRC=${src} DST=${dst} LEN=40 TOS=0x00 PREC=0x00 TTL=54 ID=${at % 60_000} PROTO=TCP SPT=${40_000 + (at % 20_000)} DPT=${port} WINDOW=1024 RES=0x00 SYN URGP=0`
}

const sign = (changes: Partial<Sign>): Sign => ({
  ...{ kind: 'outbound-volume', host: '192.0.2.20', peer: '203.0.113.88', port: 4444, count: 1 },
  ...{ first: '2026-11-22T02:00:00.000000Z', last: '2026-11-22T02:10:00.000000Z', bytesOut: 0, bytesIn: 0 },
  ...{ confidence: 0.8, text: 'carried off', evidence: [] },
  ...changes,
})

describe('signs', () => {
  test('what newer logs do not show stays; of one time the newer word holds; another time is another sign', () => {
    const old = sign({})
    assert.deepEqual(keptSigns([], [old]), [old])
    const newer = sign({ count: 2, last: '2026-11-22T03:00:00.000000Z' })
    assert.deepEqual(keptSigns([newer], [old]), [newer])
    const nextDay = sign({ first: '2026-11-23T02:00:00.000000Z', last: '2026-11-23T02:10:00.000000Z' })
    assert.deepEqual(keptSigns([nextDay], [old]), [old, nextDay])
    const other = sign({ peer: '203.0.113.89' })
    assert.equal(keptSigns([other], [old]).length, 2)
  })

  test('they are bounded, the surest stay', () => {
    const many = Array.from({ length: 400 }, (_, n) => sign({ port: n + 1, confidence: n / 400 }))
    const kept = keptSigns([], many)
    assert.equal(kept.length, 256)
    assert.ok(kept.every(({ confidence }) => confidence >= 0.36))
  })
})

describe('Q4: the log of the next day does not take back the proof of compromise', () => {
  test('the same source only sweeps again: the case stays critical under E4, with its signs', () => {
    const net = ['--net', '192.0.2.0/24', '--net', '10.20.0.0/24']
    run('analyze', ...net, '--state', 'chain', killchain)
    const [before] = linesOf(run('cases', '--state', 'chain', '--json'))
    assert.ok(before)
    const source = before.sources[0] ?? ''
    const at = Date.parse('2026-11-23T02:00:00Z')
    const lines = Array.from({ length: 254 }, (_, n) => dropped(at + 40 * n, source, `192.0.2.${n + 1}`, 80))
    writeFileSync(join(temporary, 'next-day.log'), `${lines.join('\n')}\n`)
    const first = JSON.parse(run('case', 'show', before.id, '--state', 'chain', '--json')) as Shown
    run('analyze', ...net, '--state', 'chain', 'next-day.log')
    const after = JSON.parse(run('case', 'show', before.id, '--state', 'chain', '--json')) as Shown
    const kinds = ({ signs }: Shown) => [...new Set(signs.map(({ kind }) => kind))].sort()
    assert.deepEqual(kinds(after), kinds(first))
    assert.ok(kinds(after).includes('outbound-volume'))
    const [row] = linesOf(run('cases', '--state', 'chain', '--json'))
    assert.deepEqual([row?.id, row?.rule, row?.severity], [before.id, 'E4', 'critical'])
    assert.equal(after.answers.find(({ question }) => question === 'Q4')?.answer, 'yes')
  })
})

describe('Q1: a scanner that was declared', () => {
  const sweep = (name: string, day: string, port: number) => {
    const at = Date.parse(`${day}T02:00:00Z`)
    const lines = Array.from({ length: 254 }, (_, n) => dropped(at + 40 * n, '203.0.113.5', `192.0.2.${n + 1}`, port))
    writeFileSync(join(temporary, name), `${lines.join('\n')}\n`)
  }
  const analyzed = (name: string) =>
    run('analyze', '--net', '192.0.2.0/24', '--state', 'declared', '--allow', 'declared.yaml', name)

  test('stays declared when the next log brings its next scan; leaving its scope stays told', () => {
    const entry = { id: 'lab', sources: ['203.0.113.5'], targets: ['192.0.2.0/24'], ports: ['80', '443'] }
    const owned = { owner: 'net team', reason: 'weekly', ticket: 'CHG-7', expires: '2027-01-01' }
    writeFileSync(join(temporary, 'declared.yaml'), JSON.stringify({ allow: [{ ...entry, ...owned }] }))
    const ruleAfter = (name: string, day: string, port: number) => {
      sweep(name, day, port)
      analyzed(name)
      return linesOf(run('cases', '--state', 'declared', '--json')).map(({ rule }) => rule)
    }
    assert.deepEqual(ruleAfter('first.log', '2026-11-22', 80), ['authorised'])
    assert.deepEqual(ruleAfter('second.log', '2026-11-23', 443), ['authorised'])
    assert.deepEqual(ruleAfter('third.log', '2026-11-24', 22), ['out-of-scope'])
    assert.deepEqual(ruleAfter('fourth.log', '2026-11-25', 80), ['out-of-scope'])
  })
})

describe('D10: a crowd that all do the same', () => {
  const sources = Array.from({ length: 600 }, (_, n) => `${11 + (n % 90)}.${(7 * n) % 256}.${n % 256}.${1 + (n % 250)}`)

  test('is one background case, found by each of its sources', () => {
    const at = Date.parse('2026-11-22T00:00:00Z')
    const lines = sources.flatMap((source, n) =>
      Array.from({ length: 12 }, (_, probe) => ({
        at: at + 120_000 * n + 2500 * probe,
        text: dropped(
          at + 120_000 * n + 2500 * probe,
          source,
          `192.0.2.${1 + ((31 * n + 17 * (probe >> 1)) % 250)}`,
          [22, 23, 80, 443, 8080, 2323][(n + probe) % 6] ?? 0,
        ),
      })),
    )
    const text = lines.sort((x, y) => x.at - y.at).map((line) => line.text)
    writeFileSync(join(temporary, 'crowd.log'), `${text.join('\n')}\n`)
    run('analyze', '--net', '192.0.2.0/24', '--state', 'crowd', 'crowd.log')
    const cases = linesOf(run('cases', '--state', 'crowd', '--json'))
    assert.deepEqual(
      cases.filter(({ decision }) => decision === 'escalate').map(({ sources }) => sources),
      [],
    )
    assert.ok(cases.length < 30, `${cases.length} cases`)
    for (const source of [sources[1], sources[299], sources[598]]) {
      const [found] = linesOf(run('cases', '--state', 'crowd', '--source', source ?? '', '--json'))
      assert.equal(found?.decision, 'close', source)
    }
  })
})
