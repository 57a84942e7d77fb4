import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compileWhere } from '../src/command/events/where.ts'
import { nearest } from '../src/command/nearest.ts'
import { progressLine } from '../src/command/progress.ts'
import { parseConfig } from '../src/config/load.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'bin/sweepwatch')
const capture = join(root, 'fixtures/demo/masscan-sweep.pcap')
const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-cli-'))
after(() => rmSync(temporary, { recursive: true }))

interface RunOptions {
  readonly cwd?: string
  readonly env?: Record<string, string>
  readonly input?: Buffer
  readonly command?: string
}

function run(words: readonly string[], options: RunOptions = {}): SpawnSyncReturns<string> {
  const { cwd = temporary, env = {}, input, command = bin } = options
  return spawnSync(command, words, { cwd, input, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', ...env } })
}

/** Asserts one run: exit code, stdout, and stderr (empty unless told otherwise). */
function expect(
  words: readonly string[],
  status: number,
  stdout: RegExp | '',
  stderr: RegExp | '' = '',
  options: RunOptions = {},
) {
  const result = run(words, options)
  assert.equal(result.status, status, `${words.join(' ')}\n${result.stdout}\n${result.stderr}`)
  for (const [text, wanted] of [
    [result.stdout, stdout],
    [result.stderr, stderr],
  ] as const) {
    if (wanted === '') assert.equal(text, '')
    else assert.match(text, wanted)
  }
  return result
}

test('bare: short help with an example first', () => {
  expect([], 0, /^Sweepwatch finds[\s\S]*Examples:[\s\S]*analyze[\s\S]*explain/)
  expect(['analyze'], 2, '', /^Examples:\n {2}sweepwatch analyze[\s\S]*Usage: sweepwatch analyze/)
})

test('help: every command, an example first, on stdout', () => {
  expect(['--help'], 0, /^Examples:[\s\S]*Usage: sweepwatch COMMAND[\s\S]*Exit codes: 0 done/)
  for (const command of ['analyze', 'events', 'formats', 'explain', 'demo', 'completion', 'version']) {
    expect(
      [command, '--help'],
      0,
      new RegExp(`^Examples?:\\n  [^\\n]*sweepwatch ${command}[\\s\\S]*Usage: sweepwatch ${command}`),
    )
  }
  expect(['help', 'analyze'], 0, /--fail-on <LEVEL>/)
})

test('version: as a command and as an option, from anywhere and through a symlink', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const link = join(temporary, 'link')
  symlinkSync(bin, link)
  for (const options of [{}, { cwd: '/' }, { command: link }]) {
    expect(['version'], 0, new RegExp(`^sweepwatch ${version} \\(Node 2\\d`), '', options)
    expect(['--version'], 0, new RegExp(`^${version}\\n$`), '', options)
  }
})

test('usage errors exit 2 and say what was probably meant', () => {
  expect(['analyse', 'x'], 2, '', /unknown command 'analyse'\n\(Did you mean analyze\?\)/)
  expect(['analyze', '--jsn', 'x'], 2, '', /unknown option '--jsn'\n\(Did you mean --json\?\)/)
  expect(['analyze', '--fail-on', 'hihg', 'x'], 2, '', /Allowed choices are low, medium, high, critical/)
  expect(['analyze', '--net', '192.0.2.0/33', capture], 2, '', /192\.0\.2\.0\/33 is no network\nWrite a network like/)
  expect(['analyze', '--format', 'pcpa', capture], 2, '', /there is no format pcpa\nDid you mean pcap\?/)
  expect(['completion', 'tcsh'], 2, '', /Allowed choices are bash, zsh, fish/)
  expect(['explain', 'spofable'], 2, '', /Did you mean `sweepwatch explain spoofable`/)
  expect(['events', '--where', 'src = ', capture], 2, '', /--where: a value is missing at the end/)
})

test('a missing file exits 1 and names it', () => {
  expect(['analyze', 'no-such.pcap'], 1, '', /no-such\.pcap/)
  expect(['events', 'no-such.pcap'], 1, '', /no-such\.pcap/)
})

test('configuration: errors are told with their place, exit 2', async () => {
  const file = join(temporary, 'bad.yaml')
  writeFileSync(file, 'networks: [192.0.2.0/99]\nnetwrks: 1\n')
  expect(
    ['analyze', '--config', file, capture],
    2,
    '',
    /bad\.yaml is not valid:.*networks\.0: "192\.0\.2\.0\/99" is no network/,
  )
  expect(['analyze', '--config', 'none.yaml', capture], 2, '', /cannot read the configuration none\.yaml/)
  assert.deepEqual(await parseConfig('networks: [192.0.2.0/24, "2001:db8::/32"]', 'x'), {
    networks: ['192.0.2.0/24', '2001:db8::/32'],
  })
  assert.deepEqual(await parseConfig('', 'x'), {})
  await assert.rejects(parseConfig('networks: [', 'x'), /line 1, column/)
  await assert.rejects(parseConfig('other: 1', 'x'), /other/)
})

test('explain: fields, terms, formats, methods, exit codes; without a word the list', () => {
  expect(['explain'], 0, /verdict:[\s\S]*score term:[\s\S]*dark address[\s\S]*log format:[\s\S]*pcap/)
  expect(['explain', 'spoofable'], 0, /^spoofable \(field\)[\s\S]*handshake/)
  expect(['explain', 'Dark', 'Address'], 0, /^dark address \(score term\)[\s\S]*nats/)
  expect(['explain', 'pcap'], 0, /^pcap \(log format\)/)
  expect(['explain', 'tcp_syn'], 0, /half|Half/i)
  expect(['explain', '4'], 0, /^4 \(exit code\)[\s\S]*damaged/)
})

test('formats: a table, and JSON Lines', () => {
  expect(['formats'], 0, /^pcap +Packet capture/m)
  const ids = run(['formats', '--json'])
    .stdout.trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id)
  assert.ok(ids.includes('pcap') && new Set(ids).size === ids.length)
})

test('events: one JSON object a line, filtered by --where, from stdin as well', () => {
  const all = run(['events', capture])
  assert.equal(all.status, 0, all.stderr)
  const records = all.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.equal(records.length, 339)
  assert.ok(records.every(({ format, source }) => format === 'pcap' && source === capture))
  const where = ['events', '--net', '192.0.2.0/24', '--where', 'host = 203.0.113.70 and host = 192.0.2.13']
  const some = run([...where, '-'], { input: readFileSync(capture) })
  const few = some.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.equal(
    few.length,
    records
      .filter(({ src, dst }) => src === '192.0.2.13' || dst === '192.0.2.13')
      .filter(({ protocol }) => protocol === 'tcp').length,
  )
  assert.deepEqual(new Set(few.map(({ direction }) => direction)), new Set(['inbound', 'outbound']))
})

test('events: damage exits 4 and says where', () => {
  const file = join(temporary, 'cut.pcap')
  writeFileSync(file, readFileSync(capture).subarray(0, 1000))
  expect(['events', file], 4, /"src":/, /cut\.pcap: 1 record is damaged[\s\S]*at byte/)
})

test('a reader that goes away is no error', () => {
  const result = spawnSync('bash', ['-c', `set -o pipefail; "$0" events "$1" | head -1`, bin, capture], {
    encoding: 'utf8',
  })
  assert.deepEqual([result.status, result.stderr], [0, ''])
  assert.match(result.stdout, /^\{.*\}\n$/)
})

test('signals: SIGINT exits 130, SIGTERM 143', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const child = spawn(bin, ['events', '-'], { stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.write(readFileSync(capture).subarray(0, 70_000))
    await new Promise((resolve) => setTimeout(resolve, 2500))
    child.kill(signal)
    const ended = await new Promise((resolve) => child.on('exit', (status, by) => resolve(status ?? by)))
    assert.equal(ended, code)
  }
})

test('completion: bash offers commands, options, formats and levels', () => {
  const script = `source <("$0" completion bash)
ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _sweepwatch; echo "\${COMPREPLY[*]}"; }
ask sweepwatch ana; ask sweepwatch analyze --fa; ask sweepwatch analyze --fail-on c; ask sweepwatch events --format pca; ask sweepwatch completion z`
  const result = spawnSync('bash', ['-c', script, bin], { encoding: 'utf8' })
  assert.deepEqual(result.stdout.trimEnd().split('\n'), ['analyze', '--fail-on', 'critical', 'pcap pcapng', 'zsh'])
  assert.equal(result.stderr, '')
})

for (const [shell, flag] of [
  ['zsh', '-n'],
  ['fish', '--no-execute'],
] as const) {
  test(`completion: the ${shell} script names every command and its quotes are balanced`, () => {
    const script = run(['completion', shell]).stdout
    for (const word of ['analyze', 'events', 'explain', 'fail-on', 'critical', 'suricata-eve'])
      assert.ok(script.includes(word), word)
    for (const line of script.split('\n')) {
      const quotes = line.replaceAll(/\\./g, '').match(/'/g)?.length ?? 0
      assert.equal(quotes % 2, 0, line)
    }
    // Where the shell itself is at hand, it has the last word.
    const file = join(temporary, `completion.${shell}`)
    writeFileSync(file, script)
    const parsed = spawnSync(shell, [flag, file], { encoding: 'utf8' })
    if (!parsed.error) assert.deepEqual([parsed.status, parsed.stderr], [0, ''])
  })
}

test('where: precedence, networks, absent fields, errors', () => {
  const record = { src: '203.0.113.9', dst: '2001:db8::5', dstPort: 443, outcome: 'refused', signature: { id: '1:2' } }
  const holds = (text: string) => compileWhere(text)(record)
  for (const text of [
    'src in 203.0.113.0/24',
    'host in 2001:db8::/32 and dstPort >= 443',
    'dstPort = 1 or dstPort = 443 and outcome = refused',
    'not (dstPort = 1 or src = 1)',
    'signature.id = "1:2"',
    'outcome ~ FUS',
    'rule != x',
    'port = 443',
    'dstPort',
  ]) {
    assert.equal(holds(text), true, text)
  }
  for (const text of ['rule', 'rule = x', 'host != 203.0.113.9', 'dstPort < 99', 'src in 10.0.0.0/8', 'constructor']) {
    assert.equal(holds(text), false, text)
  }
  for (const text of [
    '',
    'src =',
    'src = 1 and',
    '(src = 1',
    'src in nowhere',
    'src = 1 dst = 2',
    'src = "x',
    '('.repeat(500),
  ]) {
    assert.throws(() => compileWhere(text), { code: 'where' }, text)
  }
})

test('nearest: finds the word that was meant, or nothing', () => {
  assert.equal(nearest('horizntal', ['vertical', 'horizontal']), 'horizontal')
  assert.equal(nearest('pcpa', ['pcap', 'zeek']), 'pcap')
  assert.equal(nearest('xyzzy', ['pcap', 'zeek']), undefined)
})

test('progress: share, rate, time left and an escaped name', () => {
  assert.equal(
    progressLine({ bytes: 25, total: 100, events: 3000, file: 'a\u001b.pcap' }, 2000),
    '25%  3,000 events  1,500/s  6 s left  a\\u{1b}.pcap',
  )
  assert.equal(progressLine({ bytes: 25, total: undefined, events: 0, file: '-' }, 0), '0 events  0/s  -')
})

test('analyze --json: scans first, one summary last, nothing else on stdout', () => {
  const result = run(['analyze', '--json', '--net', '192.0.2.0/24', capture])
  assert.equal(result.status, 0, result.stderr)
  interface Line {
    readonly type: string
    readonly technique?: string
    readonly sources?: readonly string[]
    readonly net?: { readonly from: string }
  }
  const lines = result.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  const scans = lines.filter(({ type }) => type === 'scan')
  assert.equal(scans.length, 1)
  assert.deepEqual(scans[0]?.sources, ['203.0.113.70'])
  assert.equal(scans[0]?.technique, 'T1595.001')
  assert.deepEqual([lines.at(-1)?.type, lines.at(-1)?.net?.from], ['summary', 'option'])
})

test('analyze: a readable report on stdout, no colour in a pipe, networks from the configuration', () => {
  writeFileSync(join(temporary, 'sweepwatch.yaml'), 'networks: [192.0.2.0/24]\n')
  const { stdout } = expect(['analyze', capture], 0, /203\.0\.113\.70 swept[\s\S]*What to do next/)
  assert.doesNotMatch(stdout, /\u001b/)
  assert.match(stdout, /from the configuration/)
  rmSync(join(temporary, 'sweepwatch.yaml'))
  const ascii = run(['analyze', '--net', '192.0.2.0/24', capture], { env: { LC_ALL: 'C' } }).stdout
  assert.match(ascii, /^[\n\x20-\x7e]*$/)
})

test('analyze --fail-on: 3 when met, even where the input is damaged; 4 when only damaged', () => {
  const cut = join(temporary, 'damaged.pcap')
  writeFileSync(cut, readFileSync(capture).subarray(0, -7))
  const net = ['--net', '192.0.2.0/24']
  expect(['analyze', ...net, '--fail-on', 'low', capture], 3, /swept/)
  expect(['analyze', ...net, '--fail-on', 'low', cut], 3, /swept/, /damaged/)
  expect(['analyze', ...net, cut], 4, /swept/, /damaged/)
})

test('analyze --report: writes the page and says so on stderr', () => {
  const file = join(temporary, 'report.html')
  expect(['analyze', '--net', '192.0.2.0/24', '--report', file, capture], 0, /swept/, /report written to/)
  assert.match(readFileSync(file, 'utf8'), /^<!doctype html>[\s\S]*203\.0\.113\.70[\s\S]*<\/html>\n$/)
  expect(
    ['analyze', '--report', join(temporary, 'no/such/folder.html'), capture],
    1,
    /swept|scan/,
    /cannot write the report/,
  )
})

test('demo: the report of the bundled capture and what to type next', () => {
  const { stdout } = expect(
    ['demo', '--no-serve'],
    0,
    /203\.0\.113\.70 swept[\s\S]*What to type next:[\s\S]*analyze --net 192\.0\.2\.0\/24 --report/,
  )
  // What the bars and the facts show already is not said again (reasonSentences in src/report/narrate.ts).
  assert.doesNotMatch(stdout, /At the decision|The packets are those|203\.0\.113\.70 probed|Of 256 probes/)
})

test('analyze: same input, same bytes, except the seconds', () => {
  const once = () =>
    run(['analyze', '--json', '--net', '192.0.2.0/24', capture]).stdout.replace(/"seconds":[\d.e-]+/, '')
  assert.equal(once(), once())
})

test('a full disk behind standard output is said', { skip: !existsSync('/dev/full') && '/dev/full' }, () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(bin, ['analyze', '--net', '192.0.2.0/24', '--json', capture], {
    cwd: temporary,
    encoding: 'utf8',
    stdio: ['ignore', full, 'pipe'],
  })
  closeSync(full)
  assert.equal(status, 1)
  assert.match(stderr, /sweepwatch: standard output cannot be written: ENOSPC.*\n$/)
})
