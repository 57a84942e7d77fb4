/** Requirement D9: programs and hosts that use the network and never did before, against what was learned of them. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { deserialize, serialize } from 'node:v8'
import { type Prefix, parsePrefix } from '../src/base/prefix.ts'
import { Problem } from '../src/base/problem.ts'
import type { Analysis } from '../src/case/analysis.ts'
import type { Uncommon } from '../src/detect/finding.ts'
import { OwnNetworks } from '../src/detect/network/own-networks.ts'
import { programName } from '../src/detect/uncommon/program-name.ts'
import { UncommonDetector } from '../src/detect/uncommon/uncommon-detector.ts'
import { EventBatch, Outcome, Subject } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { Text } from '../src/event/texts.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { Intake } from '../src/pipeline/intake.ts'
import { allocatedBy } from './allocation.ts'
import {
  auditd,
  chrome,
  day,
  defender,
  filterLog,
  hour,
  logOf,
  minute,
  type Opened,
  osquery,
  server,
  start,
  sweep,
  sysmonJson,
  sysmonXml,
  teams,
  updater,
  workstation,
} from './endpoint-logs.ts'
import { WatchRun } from './watch-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-uncommon-'))
after(() => rmSync(folder, { recursive: true }))
const net = ['192.0.2.0/24']
const pc = 'pc-7.example.org'
const pcAddress = '192.0.2.50'
const malware = 'C:\\Users\\alice\\AppData\\Local\\Temp\\svc-x.exe'
const learned = start + 14 * day
const scanned = learned + 3 * hour

let files = 0
function file(text: string): string {
  const path = join(folder, `${files++}.log`)
  writeFileSync(path, text)
  return path
}

function run(logs: readonly string[], options: Partial<Parameters<typeof analyze>[0]> = {}): Promise<Analysis> {
  return analyze({ paths: logs.map(file), net, threads: 1, ...options })
}

describe('a learned fortnight, then a program that was never seen scans a /24', () => {
  const onPc = [...workstation(pc, pcAddress), ...sweep(pc, pcAddress, malware, scanned, 445)]
  for (const [name, write] of [
    ['Sysmon XML', sysmonXml],
    ['Sysmon JSON', sysmonJson],
  ] as const) {
    test(`${name}: found, and linked to the scan`, async () => {
      const { uncommon, scans, summary } = await run([logOf(write, onPc)])
      assert.equal(summary.malformed, 0)
      assert.equal(summary.uncommon, 1)
      const found = uncommon[0] as Uncommon
      assert.deepEqual(
        [found.what, found.host, found.address, found.process, found.user],
        ['process', pc, pcAddress, malware, 'EXAMPLE\\alice'],
      )
      assert.ok(found.targets >= 250 && found.destinations.length === 20, String(found.targets))
      assert.deepEqual(found.ports, [445])
      assert.equal(found.first, new Date(scanned).toISOString().replace('Z', '000Z'))
      assert.deepEqual([found.learnedDays, found.known], [14, 10])
      assert.ok(scans.some(({ scan }) => scan.id === found.scan && scan.sources.includes(pcAddress)))
    })
  }

  test('its evidence points at the records themselves', async () => {
    const text = logOf(sysmonXml, onPc)
    const [found] = (await run([text])).uncommon
    assert.equal(found?.evidence.length, 16)
    for (const { offset, length } of found?.evidence ?? []) {
      const record = Buffer.from(text)
        .subarray(offset, offset + length)
        .toString()
      assert.ok(record.startsWith('<Event') && record.endsWith('</Event>') && record.includes('svc-x.exe'))
    }
  })

  const implant = '/tmp/.x/kswapd'
  const onServer = [...server('web-1', '192.0.2.80'), ...sweep('web-1', '192.0.2.80', implant, scanned, 22)]
  test('auditd tells no address: the firewall’s scan is found by its targets', async () => {
    const probes = sweep('web-1', '192.0.2.80', '', scanned, 22)
    const { uncommon, scans } = await run([logOf(auditd, onServer), logOf(filterLog, probes)])
    assert.equal(uncommon.length, 1)
    assert.deepEqual(
      [uncommon[0]?.what, uncommon[0]?.host, uncommon[0]?.address, uncommon[0]?.process],
      ['process', 'web-1', null, implant],
    )
    assert.equal(uncommon[0]?.scan, scans.find(({ scan }) => scan.sources[0] === '192.0.2.80')?.scan.id)
  })

  test('osquery', async () => {
    const { uncommon } = await run([logOf(osquery, onServer)])
    assert.deepEqual(
      uncommon.map(({ what, process, address }) => [what, process, address]),
      [['process', implant, '192.0.2.80']],
    )
  })

  test('a known program that uses an administration port as never before is a pair', async () => {
    const shell = Array.from({ length: 14 }, (_, d) => ({
      ...opened(
        start + d * day + 9 * hour,
        'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
        '203.0.113.80',
        443,
      ),
    }))
    const moves = Array.from({ length: 6 }, (_, k) =>
      opened(
        scanned + k * minute,
        'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
        `192.0.2.${60 + k}`,
        5985,
      ),
    )
    const { uncommon } = await run([logOf(sysmonXml, [...workstation(pc, pcAddress), ...shell, ...moves])])
    assert.deepEqual(
      uncommon.map(({ what, targets, ports }) => [what, targets, ports]),
      [['pair', 6, [5985]]],
    )
  })
})

function opened(at: number, process: string, dst: string, port: number, more: Partial<Opened> = {}): Opened {
  return { at, host: pc, process, src: pcAddress, dst, port, ...more }
}

describe('what is no news', () => {
  const usual = workstation(pc, pcAddress)
  /** A program that visits five places on the web and five of its own outside: uncommon, were it new. */
  const busy = (process: string, from: number, more: Partial<Opened> = {}) =>
    Array.from({ length: 10 }, (_, k) =>
      opened(from + k * minute, process, `203.0.113.${100 + k}`, k % 2 ? 443 : 7000 + k, more),
    )
  const web = (process: string, from: number) =>
    Array.from({ length: 12 }, (_, k) => opened(from + k * minute, process, `203.0.113.${100 + k}`, k % 3 ? 443 : 80))
  const next = learned + 9 * hour
  const silent: Readonly<Record<string, readonly Opened[]>> = {
    'Chrome in the folder of a new version': [
      ...busy(chrome('131.0.6778.86'), start + 9 * hour),
      ...busy(chrome('132.0.6834.57'), next),
    ],
    'the updater, the virus scanner and Teams in new versions': [
      ...[updater('1.3.36.372'), defender('4.18.24090.11-0'), teams('24295.605.3225.8804')].flatMap((path) =>
        busy(path, start),
      ),
      ...[updater('1.3.38.101'), defender('4.18.24110.5-0'), teams('25017.203.3370.1102')].flatMap((path) =>
        busy(path, next),
      ),
    ],
    'a Windows update that brings its own programs': web(
      'C:\\Windows\\WinSxS\\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.26100.2300_none_a56c1a1d\\TiWorker.exe',
      next,
    ).concat(
      web('C:\\Windows\\SoftwareDistribution\\Download\\Install\\AM_Delta_Patch_1.421.500.0.exe', next),
      web('C:\\Windows\\Temp\\{4F1D2A60-7C53-4C1B-9E6C-1D2B3C4D5E6F}\\setup.exe', next),
    ),
    'a browser that was not there before': web('C:\\Program Files\\Mozilla Firefox\\firefox.exe', next),
    'another user on the same machine': busy('C:\\Users\\alice\\AppData\\Roaming\\Tool\\tool.exe', start).concat(
      busy('C:\\Users\\bob.smith\\AppData\\Roaming\\Tool\\tool.exe', next, { user: 'EXAMPLE\\bob.smith' }),
    ),
    'another address of the machine': workstation(pc, '192.0.2.177', 3, learned),
    'a program of once a month': Array.from({ length: 4 }, (_, k) =>
      opened(learned + 20 * day + k * 1000, 'C:\\Tools\\Payroll\\payroll.exe', `192.0.2.${40 + k}`, 1433),
    ),
    'a new program that asks a few services of the house': [
      opened(next, 'C:\\Program Files\\New\\new.exe', '192.0.2.10', 88),
      opened(next + 1000, 'C:\\Program Files\\New\\new.exe', '192.0.2.10', 389),
      opened(next + 2000, 'C:\\Program Files\\New\\new.exe', '192.0.2.20', 445),
      opened(next + 3000, 'C:\\Program Files\\New\\new.exe', '192.0.2.30', 9102),
      opened(next + 4000, 'C:\\Program Files\\New\\new.exe', '192.0.2.53', 53),
    ],
    'one new file server a day for a known program': Array.from({ length: 8 }, (_, k) =>
      opened(learned + k * day + 9 * hour, 'System', `192.0.2.${200 + k}`, 445),
    ),
  }
  for (const [what, rows] of Object.entries(silent)) {
    test(what, async () => {
      const { uncommon } = await run([logOf(sysmonXml, [...usual, ...rows])])
      assert.deepEqual(uncommon, [])
    })
  }

  test('… while the same rows of a program nobody knows are named', async () => {
    const { uncommon } = await run([logOf(sysmonXml, [...usual, ...busy('C:\\Users\\alice\\x\\odd.exe', next)])])
    assert.deepEqual(
      uncommon.map(({ process, targets }) => [process, targets]),
      [['C:\\Users\\alice\\x\\odd.exe', 5]],
    )
  })

  test('a machine that was just installed, and one that was away while it should be learned', async () => {
    const fresh = [
      ...workstation('pc-8', '192.0.2.51', 3, learned - 3 * day),
      ...busy('C:\\x\\odd.exe', next, { host: 'pc-8' }),
    ]
    const away = [
      ...workstation('pc-9', '192.0.2.52', 1, start),
      ...workstation('pc-9', '192.0.2.52', 1, learned),
      ...busy('C:\\x\\odd.exe', next, { host: 'pc-9' }),
    ]
    assert.deepEqual((await run([logOf(sysmonXml, [...usual, ...fresh, ...away])])).uncommon, [])
  })

  test('apt upgrade with new helpers, a new kernel’s folders, a daemon whose file was replaced', async () => {
    const rows: Opened[] = []
    const add = (process: string, dst: string, port: number) =>
      rows.push({ at: next + rows.length * 1000, host: 'web-1', process, src: '192.0.2.80', dst, port, user: '0' })
    for (let k = 0; k < 8; k++) add('/usr/lib/apt/methods/mirror+https', `203.0.113.${k + 1}`, 443)
    for (let k = 0; k < 8; k++) add('/usr/lib/apt/apt-helper-2.9', `203.0.113.${k + 1}`, 80)
    for (let k = 0; k < 8; k++) add('/usr/bin/php8.3', `198.51.100.${k + 1}`, 5432)
    for (let k = 0; k < 8; k++) add('/usr/lib/postfix/sbin/smtp (deleted)', `198.51.100.${k + 150}`, 25)
    assert.deepEqual((await run([logOf(osquery, [...server('web-1', '192.0.2.80'), ...rows])])).uncommon, [])
    assert.deepEqual((await run([logOf(auditd, [...server('web-1', '192.0.2.80'), ...rows])])).uncommon, [])
  })

  test('what three other machines run is common, on a fourth too', async () => {
    const agent = 'C:\\Program Files\\Inventory\\agent.exe'
    const fleet = [1, 2, 3].flatMap((n) => [
      ...workstation(`pc-${n}`, `192.0.2.${n}`, 16),
      ...Array.from({ length: 16 }, (_, d) =>
        Array.from({ length: 6 }, (_, k) =>
          opened(start + d * day + 9 * hour + k * minute, agent, `192.0.2.${100 + k}`, 8899, {
            host: `pc-${n}`,
            src: `192.0.2.${n}`,
          }),
        ),
      ).flat(),
    ])
    const rollout = Array.from({ length: 6 }, (_, k) =>
      opened(learned + day + 9 * hour + k, agent, `192.0.2.${100 + k}`, 8899),
    )
    const alone = await run([logOf(sysmonJson, [...usual, ...rollout])])
    assert.deepEqual(
      alone.uncommon.map(({ process }) => process),
      [agent],
    )
    assert.deepEqual((await run([logOf(sysmonJson, [...usual, ...fleet, ...rollout])])).uncommon, [])
  })
})

describe('an address that only ever answered', () => {
  const clients = ['192.0.2.60', '192.0.2.61', '192.0.2.62', '192.0.2.63']
  function rows(batch: EventBatch, asks: number): void {
    for (let d = 0; d < 15; d++) {
      for (const [k, client] of clients.entries()) {
        flow(batch, start + d * day + k * minute, client, '192.0.2.90', 9100)
        flow(batch, start + d * day + k * minute, client, `198.51.100.${d + 1}`, 443)
      }
    }
    for (let k = 0; k < asks; k++) flow(batch, scanned + day + k * 1000, '192.0.2.90', `192.0.2.${100 + k}`, 445)
  }
  function found(asks: number, split = false): readonly Uncommon[] {
    const intake = () => new Intake({ rules: new Dictionary(), own: own(), inputs: ['flows'] })
    let one = intake()
    const batch = new EventBatch()
    rows(batch, asks)
    const whole = batch.length
    if (split) {
      batch.length = whole - 3
      one.observe(batch)
      const next = intake()
      next.resume(deserialize(serialize(one.snapshot())))
      one = next
      const rest = new EventBatch()
      rows(rest, asks)
      for (let i = 0; i < 3; i++) copyRow(rest, whole - 3 + i, i)
      rest.length = 3
      one.observe(rest)
    } else one.observe(batch)
    return one.finish().uncommon
  }

  test('a printer that begins to ask is named', () => {
    const [host] = found(8)
    assert.deepEqual([host?.what, host?.address, host?.targets, host?.ports], ['host', '192.0.2.90', 8, [445]])
    assert.deepEqual([host?.learnedDays, host?.known, host?.process], [15, 4, null])
  })

  test('one that asks for little is not; a restart in between changes nothing', () => {
    assert.deepEqual(found(3), [])
    assert.deepEqual(found(8, true), found(8))
  })
})

/** Made once, as in a run: it is asked for with every batch. */
const networks = new OwnNetworks([parsePrefix('192.0.2.0/24') as Prefix], 'option')
const own = (): OwnNetworks => networks

const mapped = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

function flow(batch: EventBatch, at: number, src: string, dst: string, port: number): void {
  const i = row(batch, at, src, dst, port)
  batch.column.kind[i] = 1
  batch.column.outcome[i] = Outcome.established
  batch.column.packetsIn[i] = 4
}

function row(batch: EventBatch, at: number, src: string, dst: string, port: number): number {
  const i = batch.begin()
  const c = batch.column
  c.time[i] = at * 1000
  c.protocol[i] = 6
  c.src0[i] = c.src1[i] = c.dst0[i] = c.dst1[i] = 0
  c.src2[i] = c.dst2[i] = 0xffff
  c.src3[i] = mapped(src)
  c.dst3[i] = mapped(dst)
  c.srcPort[i] = 40_000 + (i % 20_000)
  c.dstPort[i] = port
  return i
}

function copyRow(batch: EventBatch, from: number, to: number): void {
  for (const column of Object.values(batch.column)) (column as Uint8Array)[to] = (column as Uint8Array)[from] as number
}

describe('state', () => {
  const rows = [
    ...workstation(pc, pcAddress, 16),
    ...sweep(pc, pcAddress, malware, scanned, 445),
    // Six targets over two days: what one daily run alone would not name.
    ...Array.from({ length: 6 }, (_, k) =>
      opened(learned + 23 * hour + k * 20 * minute, 'C:\\Users\\alice\\x\\odd.exe', `203.0.113.${200 + k}`, 7777),
    ),
  ]
  const withoutEvidence = ({ evidence: _, scan: __, because: ___, ...rest }: Uncommon) => rest

  test('daily runs with --state are one run over all', async () => {
    const whole = await run([logOf(sysmonXml, rows)])
    const state = join(folder, 'state')
    mkdirSync(state)
    const last = new Map<string, Uncommon>()
    for (let d = 0; d < 16; d++) {
      const ofDay = rows.filter(({ at }) => Math.floor((at - start) / day) === d)
      const { uncommon } = await run([logOf(sysmonXml, ofDay)], { state })
      assert.ok(d >= 14 || uncommon.length === 0, `day ${d}`)
      for (const found of uncommon) {
        assert.ok(found.evidence.length > 0)
        last.set(found.id, found)
      }
    }
    assert.equal(whole.uncommon.length, 2)
    assert.deepEqual([...last.values()].map(withoutEvidence), whole.uncommon.map(withoutEvidence))
    assert.ok([...last.values()].find(({ process }) => process === malware)?.scan)
  })

  test('a finding is not printed again on a day on which nothing happened', async () => {
    const state = join(folder, 'quiet')
    await run([logOf(sysmonXml, rows)], { state })
    const { uncommon } = await run([logOf(sysmonXml, workstation(pc, pcAddress, 1, start + 16 * day))], { state })
    assert.deepEqual(uncommon, [])
  })

  test('a damaged baseline is said to be damaged', async () => {
    const state = join(folder, 'damaged')
    await run([logOf(sysmonXml, workstation(pc, pcAddress, 1))], { state })
    const path = join(state, 'baseline.sweepwatch')
    const kept = readFileSync(path)
    for (const damage of [
      kept.subarray(0, kept.length >> 1),
      Buffer.from('x'),
      Buffer.from(kept).fill(7, kept.length - 9),
    ]) {
      writeFileSync(path, damage)
      await assert.rejects(
        run([logOf(sysmonXml, workstation(pc, pcAddress, 1))], { state }),
        (error) => error instanceof Problem && error.code === 'damaged-state' && /baseline/.test(error.message),
      )
    }
  })
})

describe('watch', () => {
  const rows = [...workstation(pc, pcAddress), ...sweep(pc, pcAddress, malware, scanned, 445)]

  /** The findings of a run to the end of the log, by what they are. */
  async function watched(log: string, state: string): Promise<{ type: string; status: string; process?: string }[]> {
    const run = new WatchRun(['--net', '192.0.2.0/24', '--state', state, '--until-end', log])
    assert.equal(await run.ended, 0, run.err)
    return run.out
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type: string; status: string; process?: string })
      .filter(({ type }) => type === 'uncommon')
  }

  test('tells what is uncommon once; what was learned outlives a restart', async () => {
    const state = join(folder, 'watched')
    const ordinary = file(
      logOf(
        sysmonXml,
        rows.filter(({ at }) => at < learned),
      ),
    )
    assert.deepEqual(await watched(ordinary, state), [])
    writeFileSync(ordinary, logOf(sysmonXml, rows))
    const found = await watched(ordinary, state)
    assert.deepEqual(
      found.map(({ status, process }) => [status, process]),
      [['new', malware]],
    )
    assert.deepEqual(await watched(ordinary, state), [])
  })

  test('as text', async () => {
    const { liveUncommon } = await import('../src/report/live.ts')
    const [found] = (await run([logOf(sysmonXml, rows)])).uncommon
    const text = liveUncommon(found as Uncommon, 'new', { columns: 100, colour: false, unicode: false })
    assert.match(text, /UNCOMMON {2}C:\\Users.*svc-x.exe on pc-7.*reached 252 addresses on port 445/)
    assert.match(text, /scan [0-9a-f]{12}; records .* and 15 more; id [0-9a-f]{12}/)
  })
})

describe('the detector by itself', () => {
  const detector = () => new UncommonDetector({ own })
  const text = new TextEncoder()

  function put(batch: EventBatch, opened: Opened): void {
    const i = row(batch, opened.at, opened.src, opened.dst, opened.port)
    batch.column.subject[i] = Subject.process
    batch.put(i, Text.host, opened.host)
    batch.put(i, Text.process, opened.process)
  }

  /** Feeds rows in batches of a few. */
  function feed(one: UncommonDetector, rows: readonly Opened[], each = 64): void {
    const batch = new EventBatch(64)
    for (let from = 0; from < rows.length; from += each) {
      batch.clear()
      for (const opened of rows.slice(from, from + each)) put(batch, opened)
      one.observe(batch)
    }
  }

  const sorted = (rows: readonly Opened[]) => [...rows].sort((a, b) => a.at - b.at)
  const story = sorted([...workstation(pc, pcAddress), ...sweep(pc, pcAddress, malware, scanned, 445)])

  test('put aside and taken up anywhere, it finds the same; asking changes nothing', () => {
    const straight = detector()
    feed(straight, story)
    const whole = straight.findings([], ['in'])
    assert.equal(whole.length, 1)
    for (const cut of [1, 500, 1000, story.length - 100, story.length - 1]) {
      const before = detector()
      feed(before, story.slice(0, cut))
      before.findings([], ['in'])
      const later = detector()
      later.resume(deserialize(serialize(before.snapshot())))
      feed(later, story.slice(cut))
      assert.deepEqual(later.findings([], ['in']), whole, `cut at ${cut}`)
    }
  })

  test('a million forged programs and machines take no memory, and what was learned stays', () => {
    const one = detector()
    feed(
      one,
      story.filter(({ at }) => at < learned),
    )
    const size = serialize(one.snapshot()).length
    const batch = new EventBatch(4096)
    const name = text.encode('c:\\forged\\aaaaaaaa.exe')
    const host = text.encode('h-aaaaaaaa')
    batch.bytes = new Uint8Array([...name, ...host])
    let n = 0
    const flood = (rows: number, forgeHost: boolean) => {
      batch.clear()
      for (let k = 0; k < 26; k++) {
        // One text for the whole batch: rows differ by the batch that they come in, and by the port.
        const i = row(batch, learned + hour + (n % 1000), '192.0.2.50', `203.0.113.${k}`, 5000)
        batch.column.subject[i] = Subject.process
        if (forgeHost) batch.text(i, Text.host, batch.bytes, name.length, batch.bytes.length)
        else batch.put(i, Text.host, pc)
        batch.text(i, Text.process, batch.bytes, 0, name.length)
        if (k + 1 >= rows) break
      }
      for (let k = 0, left = n++; k < 8; k++, left = Math.floor(left / 26)) {
        const letter = 97 + (left % 26)
        batch.bytes[10 + k] = letter
        if (forgeHost) batch.bytes[name.length + 2 + k] = letter
      }
      one.observe(batch)
    }
    flood(1, false)
    for (let k = 0; k < 500_000; k++) flood(1, false)
    for (let k = 0; k < 500_000; k++) flood(1, true)
    assert.ok(serialize(one.snapshot()).length <= size + 64)
    assert.deepEqual(one.findings([], ['in']), [])
    // The baseline is still there: ordinary days stay silent, and the sweep is found.
    feed(one, sorted(workstation(pc, pcAddress, 5, learned + 7 * day)))
    assert.deepEqual(one.findings([], ['in']), [])
    feed(one, sweep(pc, pcAddress, malware, learned + 9 * day, 445))
    assert.deepEqual(
      one.findings([], ['in']).map(({ process }) => process),
      [malware],
    )
  })

  test('rows of known programs are read without allocation', async () => {
    const one = detector()
    feed(one, story)
    const batch = new EventBatch(64)
    for (const opened of story.slice(0, 64)) put(batch, opened)
    for (let k = 0; k < 2000; k++) one.observe(batch)
    const allocated = await allocatedBy(/src\/(detect|base|event|sketch)\//, () => {
      for (let k = 0; k < 10_000; k++) one.observe(batch)
    })
    const each = allocated / 640_000
    assert.ok(each < 4, `${each} bytes an event`)
  })
})

describe('names of programs', () => {
  const name = (path: string) => {
    const into = new Uint8Array(512)
    const bytes = new TextEncoder().encode(path)
    return new TextDecoder().decode(into.subarray(0, programName(bytes, 0, bytes.length, into)))
  }
  const pairs: readonly (readonly [string, string])[] = [
    [
      'C:\\Program Files (x86)\\Google\\Update\\1.3.36.372\\GoogleUpdate.exe',
      'c:/program files/google/update/#/googleupdate.exe',
    ],
    ['C:\\\\Windows\\\\System32\\\\svchost.exe', 'c:/windows/system#/svchost.exe'],
    [
      'C:\\Users\\alice\\AppData\\Local\\Discord\\app-1.0.9035\\Discord.exe',
      'c:/users/*/appdata/local/discord/app-#/discord.exe',
    ],
    ['/home/bob/.local/share/tool-2.1-beta3/tool', '/home/*/.local/share/tool-#/tool'],
    ['/snap/firefox/4955/usr/lib/firefox/firefox', '/snap/firefox/#/usr/lib/firefox/firefox'],
    [
      '/var/lib/flatpak/app/org.x/x86_64/stable/0123456789abcdef0123456789abcdef/files/bin/x',
      '/var/lib/flatpak/app/org.x/x#/stable/*/files/bin/x',
    ],
    ['C:\\Windows\\Temp\\is-8F3K2.tmp\\deep\\er\\setup.tmp', 'c:/windows/temp/*/setup.tmp'],
    ['C:\\ProgramData\\{4F1D2A60-7C53-4C1B-9E6C-1D2B3C4D5E6F}\\a.exe', 'c:/programdata/{*}/a.exe'],
    [
      'C:\\Windows\\SoftwareDistribution\\Download\\Install\\AM_Delta_Patch_1.421.500.0.exe',
      'c:/windows/softwaredistribution/*/am_delta_patch_#.exe',
    ],
    ['/nix/store/0c8zq2yk3s4p5x6w7v8b9n1m2k3j4h5g-curl-8.9.1/bin/curl', '/nix/store/*-curl-#/bin/curl'],
    ['/usr/bin/python3.12', '/usr/bin/python#'],
    ['/usr/sbin/sshd (deleted)', '/usr/sbin/sshd'],
    ['/opt/facade/decade', '/opt/facade/decade'],
    ['System', 'system'],
    ['', ''],
  ]
  for (const [path, expected] of pairs) test(path === '' ? 'nothing' : path, () => assert.equal(name(path), expected))

  test('any bytes, any length: it ends, and stays in its room', () => {
    const into = new Uint8Array(64)
    for (let seed = 1; seed < 2000; seed++) {
      const bytes = Uint8Array.from({ length: seed % 300 }, (_, k) =>
        'aA09./\\-_{ft'.charCodeAt((seed * (k + 7) * 31) % 12),
      )
      const length = programName(bytes, 0, bytes.length, into)
      assert.ok(length >= 0 && length <= into.length)
    }
  })
})
