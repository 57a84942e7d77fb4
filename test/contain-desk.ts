/** A directory with a configuration and a state, and the real program in it. */
import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { CaseStore } from '../src/store/case-store.ts'
import { LedgerStore } from '../src/store/ledger-store.ts'

const root = join(import.meta.dirname, '..')
export const program = join(root, 'src/cli.ts')
export const capture = join(root, 'fixtures/demo/masscan-sweep.pcap')
const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-contain-cli-'))
after(() => rmSync(temporary, { recursive: true }))
export const net = 'networks: [192.0.2.0/24]\nstate: state\n'
export const enforcing = `${net}respond:\n  enforce: true\n  targets: {edge: {kind: debug}, core: {kind: debug}}\n`

const several = `
import { runCommandLine } from ${JSON.stringify(join(root, 'src/command/commander.ts'))}
for (const words of JSON.parse(process.argv[1])) {
  const code = await runCommandLine(words)
  process.stdout.write('\\0')
  process.stderr.write(code + '\\0')
}`

export const environment = (more: Record<string, string>) => ({
  ...process.env,
  NO_COLOR: '1',
  LC_ALL: 'C.UTF-8',
  // Most of the time that a command takes is the reading of its modules.
  NODE_COMPILE_CACHE: join(temporary, 'modules'),
  SWEEPWATCH_AUTHOR: 'alice',
  SUDO_USER: 'alice',
  ...more,
})

let made = 0

/** A directory with a configuration, and after `analyze` with one escalated case. */
export class Desk {
  readonly folder = join(temporary, String(made++))

  constructor(config: string, template?: Desk) {
    mkdirSync(this.folder)
    if (template !== undefined) cpSync(template.folder, this.folder, { recursive: true })
    writeFileSync(join(this.folder, 'sweepwatch.yaml'), config)
  }

  run(words: readonly string[], env: Record<string, string> = {}): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, [program, ...words], {
      cwd: this.folder,
      encoding: 'utf8',
      env: environment(env),
    })
  }

  /** Several command lines, one after the other in one process: starting takes longer than most of them. */
  each(
    lines: readonly (readonly string[])[],
  ): readonly Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'>[] {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', several, JSON.stringify(lines)],
      {
        cwd: this.folder,
        encoding: 'utf8',
        env: environment({}),
      },
    )
    const [outs, errs] = [stdout.split('\0'), stderr.split('\0')]
    assert.equal(errs.length, lines.length + 1, stderr)
    return lines.map((_, k) => ({
      stdout: outs[k] ?? '',
      stderr: errs[k]?.replace(/\d+$/, '') ?? '',
      status: Number(/\d+$/.exec(errs[k] ?? '')),
    }))
  }

  ok(words: readonly string[], env: Record<string, string> = {}): string {
    const { status, stdout, stderr } = this.run(words, env)
    assert.equal(status, 0, `${words.join(' ')}\n${stdout}${stderr}`)
    return stdout
  }

  refused(words: readonly string[], says: RegExp, status = 2, env: Record<string, string> = {}): void {
    const { status: code, stdout, stderr } = this.run(words, env)
    assert.match(stderr, says, words.join(' '))
    assert.equal(code, status, `${words.join(' ')}\n${stdout}${stderr}`)
    assert.doesNotMatch(stderr, /unexpected error|at file:/)
  }

  json(words: readonly string[]): readonly Record<string, unknown>[] {
    const lines = this.ok([...words, '--json'])
      .split('\n')
      .slice(0, -1)
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  /** The only plan, or the newest. */
  get plan(): { readonly id: string; readonly status: string; readonly caseId: string } {
    const cases = CaseStore.open(join(this.folder, 'state'), { readOnly: true })
    try {
      const { plan, status } = new LedgerStore(cases.database).list()[0] ?? assert.fail('no plan')
      return { id: plan.id, caseId: plan.caseId, status }
    } finally {
      cases.close()
    }
  }

  standing(target = 'edge'): readonly string[] {
    const file = join(this.folder, 'state', 'targets', target, 'blocks.json')
    if (!existsSync(file)) return []
    return (JSON.parse(readFileSync(file, 'utf8')) as { network: string }[]).map(({ network }) => network)
  }
}
