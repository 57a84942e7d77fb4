/** Working on cases by command, as an analyst types it: every change with author and reason, wrong words told how to mend them. */
import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { caseActions } from '../src/command/case/actions.ts'
import { caseExports } from '../src/report/case/registry.ts'
import { labInputs } from './lab-set.ts'

const root = join(import.meta.dirname, '..')
const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-case-cli-'))
after(() => rmSync(temporary, { recursive: true }))
const killchain = labInputs.find(({ name, kind }) => name === 'killchain' && kind === 'packets')?.path
const other = join(root, 'fixtures/demo/masscan-sweep.pcap')
const net = ['--net', '192.0.2.0/24', '--net', '10.20.0.0/24']

function cli(words: readonly string[], env: Record<string, string> = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(root, 'src/cli.ts'), ...words], {
    cwd: temporary,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8', SWEEPWATCH_AUTHOR: 'ada', ...env },
  })
}

function ok(words: readonly string[]): string {
  const { status, stdout, stderr } = cli(words)
  assert.equal(status, 0, `${words.join(' ')}\n${stderr}`)
  return stdout
}

function refused(words: readonly string[], status: number, says: RegExp): void {
  const result = cli(words)
  assert.equal(result.status, status, `${words.join(' ')}\n${result.stdout}`)
  assert.match(result.stderr, says)
  assert.doesNotMatch(result.stderr, /unexpected error|at file:/)
}

interface Listed {
  readonly id: string
  readonly status: string
  readonly owner: string | null
  readonly outcome: string | null
}

const listed = (...words: string[]) =>
  ok(['cases', '--state', 'state', '--json', ...words])
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Listed)

describe('cases by command', () => {
  let id: string

  before(() => {
    ok(['analyze', '--net', '192.0.2.0/24', '--state', 'state', other])
    id = listed()[0]?.id ?? ''
    assert.match(id, /^[0-9a-f]{12}$/)
  })

  test('are listed for people and for programs', () => {
    assert.match(ok(['cases', '--state', 'state']), /escalate E1[\s\S]*203\.0\.113\.70/)
    assert.equal(listed('--escalated').length, 1)
    assert.equal(listed('--source', '203.0.113.70').length, 1)
    assert.equal(listed('--source', '::ffff:203.0.113.70').length, 1)
    assert.equal(listed('--source', '203.0.113.71').length, 0)
    assert.equal(listed('--since', '2030-01-01').length, 0)
  })

  test('are shown with the five answers, by the beginning of an id', () => {
    const page = ok(['case', 'show', id.slice(0, 4), '--state', 'state'])
    for (const question of ['Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'D10']) assert.match(page, new RegExp(question))
    const shown = JSON.parse(ok(['case', 'show', id, '--state', 'state', '--json'])) as { type: string; rule: string }
    assert.deepEqual([shown.type, shown.rule], ['case', 'E1'])
  })

  test('decide says the rule and what would turn it round; --explain tells the whole table', () => {
    const said = ok(['decide', '--explain', id, '--state', 'state'])
    assert.match(said, /escalate {2}E1/)
    assert.match(said, /What would turn it round/)
    assert.match(said, /does not apply +E4/)
    assert.match(said, /decides +E1/)
  })

  /** Closes it with an outcome, a lesson, a change and a reason. */
  function closes(outcome: string, lesson: string, change: string, reason: string): string {
    const words = ['--as', outcome, '--lesson', lesson, '--change', change, '--reason', reason]
    return ok(['case', 'close', id, '--state', 'state', ...words])
  }

  test('are worked on: noted, assigned, escalated, closed, reopened; each with author and reason', () => {
    ok(['case', 'note', id, 'the', 'owner', 'was', 'asked', '--state', 'state'])
    ok(['case', 'assign', id, 'bob', '--state', 'state'])
    ok(['case', 'escalate', id, 'tier 2', '--state', 'state', '--reason', 'they want to see it'])
    refused(['case', 'close', id, '--state', 'state', '--as', 'resolved', '--reason', 'x'], 2, /--lesson/)
    refused(
      ['case', 'close', id, '--state', 'state', '--lesson', 'l', '--change', 'c', '--reason', 'x'],
      2,
      /expected, false-alarm/,
    )
    const closed = closes('expected', 'none', 'none', 'CHG-7')
    assert.match(closed, /allow:[\s\S]*203\.0\.113\.70[\s\S]*reason: CHG-7/)
    assert.equal(listed('--open').length, 0)
    refused(
      ['case', 'close', id, '--state', 'state', '--as', 'resolved', '--lesson', 'l', '--change', 'c', '--reason', 'x'],
      2,
      /closed already/,
    )
    ok(['case', 'reopen', id, '--state', 'state', '--reason', 'it came back'])
    const timeline = ok(['case', 'timeline', id, '--state', 'state'])
    for (const line of [
      /ada noted: the owner was asked/,
      /ada assigned it to bob/,
      /ada escalated it to tier 2 \(they want to see it\)/,
      /closed it as expected/,
      /ada opened it again \(it came back\)/,
    ]) {
      assert.match(timeline, line)
    }
    assert.equal(listed()[0]?.owner, 'bob')
  })

  test('the proposal of a case closed as expected is an allowlist, once its owner is filled in', () => {
    const said = closes('expected', 'none', 'none', 'weekly')
    const yaml = said.slice(said.indexOf('allow:')).replace('owner: ""', 'owner: net team')
    writeFileSync(join(temporary, 'allow.yaml'), yaml)
    ok(['case', 'reopen', id, '--state', 'state', '--reason', 'test'])
    const output = ok(['analyze', '--json', '--net', '192.0.2.0/24', '--allow', 'allow.yaml', other])
    const found = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; decision?: string; rule?: string })
    assert.deepEqual(
      found.filter(({ type }) => type === 'case').map(({ decision, rule }) => [decision, rule]),
      [['close', 'authorised']],
    )
  })

  test('a false alarm tells what spoke for it, and how often that was wrong', () => {
    const said = closes('false-alarm', 'x', 'y', 'z')
    assert.match(said, /dark address: 1 of \d+ closed cases were false alarms/)
    const shift = ok(['handover', '--state', 'state'])
    assert.match(shift, /closed: 1 false-alarm/)
    assert.match(shift, /What spoke for false alarms/)
    ok(['case', 'reopen', id, '--state', 'state', '--reason', 'test'])
  })

  test('the shift is handed over', () => {
    const said = ok(['handover', '--state', 'state'])
    assert.match(said, /1 case opened/)
    assert.match(said, /mean time to detect/)
    assert.match(said, /ada noted: the owner was asked/)
    assert.doesNotMatch(said, /What spoke for false alarms|closed: \d/, 'what was reopened is no false alarm')
    const json = JSON.parse(ok(['handover', '--state', 'state', '--json'])) as { type: string; opened: number }
    assert.deepEqual([json.type, json.opened], ['handover', 1])
  })

  test('merge puts the scans into the other case, and leaves a trace in both', () => {
    const folder = 'merging'
    ok(['analyze', '--net', '192.0.2.0/24', '--state', folder, other])
    ok([
      'analyze',
      '--net',
      '192.0.2.0/24',
      '--state',
      folder,
      join(root, 'fixtures/lab/nmap_syn_horiz_3ports.fw.log.gz'),
    ])
    const [first, second] = ok(['cases', '--state', folder, '--json'])
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Listed).id)
    assert.ok(first && second)
    ok(['case', 'merge', second, first, '--state', folder, '--reason', 'the same crew'])
    assert.match(ok(['case', 'timeline', first, '--state', folder]), new RegExp(`took up case ${second}`))
    assert.match(ok(['case', 'timeline', second, '--state', folder]), new RegExp(`merged it into case ${first}`))
    const shown = JSON.parse(ok(['case', 'show', first, '--state', folder, '--json'])) as { scans: string[] }
    assert.equal(shown.scans.length, 2)
    refused(['case', 'merge', second, first, '--state', folder, '--reason', 'again'], 2, /is merged/)
    refused(['case', 'merge', first, second, '--state', folder, '--reason', 'back'], 2, /work on that one/)
    refused(['case', 'reopen', second, '--state', folder, '--reason', 'back'], 2, /work on that one/)
    refused(['case', 'note', second, 'x', '--state', folder], 2, /is merged/)
    refused(['case', 'merge', first, first, '--state', folder, '--reason', 'self'], 2, /into itself/)
  })

  for (const { id: format } of caseExports) {
    test(`export --as ${format} writes it to standard output`, () => {
      assert.ok(ok(['case', 'export', id, '--as', format, '--state', 'state', '--net', '192.0.2.0/24']).length > 50)
    })
  }

  test('backup and restore by command', () => {
    ok(['backup', 'copy', '--state', 'state'])
    refused(['backup', 'copy', '--state', 'state'], 1, /not empty/)
    ok(['restore', 'copy', '--state', 'restored'])
    assert.equal(ok(['cases', '--state', 'restored', '--json']), ok(['cases', '--state', 'state', '--json']))
  })

  test('what is typed wrong is told how to mend', () => {
    refused(['cases'], 2, /no state directory[\s\S]*--state DIR/)
    refused(['cases', '--state', 'nowhere'], 2, /no directory nowhere/)
    refused(['case', 'shwo', id, '--state', 'state'], 2, /Did you mean show/)
    refused(['case', 'show', '--state', 'state'], 2, /which case/)
    refused(['case', 'show', 'zzz', '--state', 'state'], 2, /there is no case zzz/)
    refused(['case', 'note', id, '--state', 'state'], 2, /nothing to note/)
    refused(['case', 'escalate', id, '--state', 'state'], 2, /needs a reason/)
    refused(['case', 'note', id, 'x', '--author', 'sweepwatch', '--state', 'state'], 2, /cannot be the author/)
    refused(['case', 'export', id, '--as', 'cacoa', '--state', 'state'], 2, /Did you mean cacao/)
    refused(['case', 'export', id, '--as', 'json', '--pseudonymise', 'none', '--state', 'state'], 2, /cannot be read/)
    refused(['cases', '--since', 'yesterday', '--state', 'state'], 2, /not a time/)
    refused(['cases', '--limit', '0', '--state', 'state'], 2, /not a number of cases/)
    for (const source of ['banana', '10.0.0.1/8', '10.0.0.0/8', '']) {
      refused(['cases', '--source', source, '--state', 'state'], 2, /--source .*not an address\n.*2001:db8::1/)
    }
    refused(['handover', '--since', '2100-01-01', '--state', 'state'], 2, /in the future/)
    refused(['handover', '--since', '1h', '--until', '2h', '--state', 'state'], 2, /after the end/)
    refused(['notify', '--state', 'state'], 2, /no channel/)
    refused(['case', 'capture', id, '--for', '15m', '--state', 'state'], 2, /on which interface/)
    refused(['case', 'capture', id, '--for', 'ever', '--interface', 'lo', '--state', 'state'], 2, /not a time/)
    refused(['case'], 2, /Usage: sweepwatch case/)
  })

  const maySniff = process.getuid?.() === 0 && spawnSync('tcpdump', ['--version']).error === undefined

  test('T1: a capture for the case ends by itself, and is noted', { skip: !maySniff && 'tcpdump, as root' }, () => {
    const said = ok(['case', 'capture', id, '--for', '1s', '--interface', 'lo', '--state', 'state'])
    assert.match(said, /packets? \(.*\) in state\/captures\//)
    assert.match(ok(['case', 'timeline', id, '--state', 'state']), /captured \d+ packets? to state\/captures\//)
  })

  test('every action is in the help', () => {
    const help = ok(['case', '--help']).replaceAll(/\s+/g, ' ')
    for (const { id: action } of caseActions) assert.ok(help.includes(` ${action} `), action)
  })

  test('the state can be named in the configuration', () => {
    writeFileSync(join(temporary, 'sweepwatch.yaml'), 'state: state\n')
    assert.equal(ok(['cases', '--json']), ok(['cases', '--state', 'state', '--json']))
    rmSync(join(temporary, 'sweepwatch.yaml'))
  })
})

test('analyze and watch keep their state where the configuration says', () => {
  const yaml = join(temporary, 'kept.yaml')
  writeFileSync(yaml, 'state: kept\n')
  ok([
    'watch',
    '--config',
    yaml,
    '--net',
    '192.0.2.0/24',
    '--until-end',
    join(root, 'fixtures/format/kernel-log/in.log'),
  ])
  assert.ok(existsSync(join(temporary, 'kept', 'live.sweepwatch')))
  ok(['analyze', '--config', yaml, '--net', '192.0.2.0/24', other])
  assert.match(ok(['cases', '--config', yaml]), /203\.0\.113\.70/)
})

describe("T1-T4, C2, C6: tier 2's package", {
  skip: killchain === undefined && 'killchain.pcap: ../shared/data is absent',
}, () => {
  const read = (name: string) => readFileSync(join(temporary, 'pack', name), 'utf8')

  before(() => {
    ok(['analyze', ...net, '--state', 'chain', killchain ?? ''])
    ok(['archive', 'add', killchain ?? '', '--archive', 'archive', ...net])
    const [row] = ok(['cases', '--state', 'chain', '--json']).split('\n')
    const { id } = JSON.parse(row ?? '') as Listed
    ok(['case', 'pack', id, 'pack', '--state', 'chain', ...net, '--capture', killchain ?? '', '--archive', 'archive'])
  })

  test('says what is what, with digests that hold', () => {
    const contents = read('CONTENTS.txt')
    const sums = spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {
      cwd: join(temporary, 'pack'),
      encoding: 'utf8',
    })
    assert.equal(sums.status, 0, sums.stdout)
    for (const line of read('SHA256SUMS').trim().split('\n')) {
      const name = line.split('  ')[1] ?? ''
      assert.ok(existsSync(join(temporary, 'pack', name)))
      if (name !== 'CONTENTS.txt') assert.ok(contents.includes(name), name)
    }
  })

  test('T3: the packets open in Wireshark, and hold the transfer', {
    skip: spawnSync('capinfos', ['-v']).error !== undefined && 'capinfos',
  }, () => {
    const said = spawnSync(
      'tshark',
      ['-r', 'packets.pcapng', '-Y', 'tcp.port == 4444', '-T', 'fields', '-e', 'ip.src'],
      { cwd: join(temporary, 'pack'), encoding: 'utf8' },
    )
    assert.equal(said.status, 0, said.stderr)
    assert.ok(said.stdout.includes('192.0.2.20') && said.stdout.includes('203.0.113.88'))
  })

  test('T1: traffic by phase: the scan, and the transfer after it', () => {
    const rows = read('traffic.csv')
      .split('\r\n')
      .map((row) => row.split(','))
    const [header] = rows
    assert.deepEqual(header?.slice(0, 3), ['phase', 'host', 'peer'])
    const transfer = rows.find(
      ([phase, host, peer]) => phase === 'after' && host === '192.0.2.20' && peer === '203.0.113.88',
    )
    assert.ok(Number(transfer?.[4]) > 20e6, 'bytes out')
    assert.ok(rows.some(([phase]) => phase === 'during'))
  })

  test('C2: every touched system is listed, the taken one as suspect, those attacked not as clean', () => {
    const rows = read('sweep.csv').split('\r\n')
    assert.match(rows[1] ?? '', /^192\.0\.2\.20,suspect,/)
    for (const host of ['192.0.2.10', '192.0.2.14'])
      assert.ok(
        rows.some((row) => row.startsWith(`${host},cannot be known,`)),
        host,
      )
    assert.match(read('sweep.sql'), /SELECT/)
    const clean = rows.filter((row) => row.split(',')[1] === 'clean')
    assert.deepEqual(clean, [], 'no other system of ours began a connection')
    // 10.20.0.0/24 is ours too: it answered the scan inside, which is in the archive.
    assert.ok(rows.some((row) => row.startsWith('10.20.0.')))
    assert.match(read('CONTENTS.txt'), /the touched systems, then those of ours that spoke or answered in the archive/)
  })

  test('T4, C6: what was learned, and how to show less', () => {
    assert.match(read('learned.csv'), /192\.0\.2\.20.*SSH-2\.0-OpenSSH/)
    assert.match(read('show-less.txt'), /Shorten the banners/)
  })

  test('the decisive records are in it', () => {
    const records = read('records.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { shows: string; sha256: string })
    assert.ok(records.length > 5 && records.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256)))
  })

  test('a directory that is not empty is left alone', () => {
    const [row] = ok(['cases', '--state', 'chain', '--json']).split('\n')
    refused(['case', 'pack', (JSON.parse(row ?? '') as Listed).id, 'pack', '--state', 'chain'], 1, /not empty/)
  })
})
