import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const root = join(import.meta.dirname, '..')

/** The lines of a lab firewall log. */
export function labLines(name: string): string[] {
  const path = join(root, 'fixtures', 'lab', `${name}.fw.log.gz`)
  return gunzipSync(readFileSync(path)).toString('latin1').trimEnd().split('\n')
}

interface Printed {
  readonly type: string
  readonly id: string
  readonly sources: readonly string[]
  readonly status: string
  readonly probes: number
}

/** A running `sweepwatch watch --json`, of the real program in a process of its own. */
export class WatchRun {
  readonly child: ChildProcess
  out = ''
  err = ''
  readonly ended: Promise<number | null>

  constructor(args: readonly string[], cwd?: string) {
    this.child = spawn(process.execPath, [join(root, 'src', 'cli.ts'), 'watch', '--json', ...args], { cwd })
    this.child.stdout?.on('data', (text) => (this.out += text))
    this.child.stderr?.on('data', (text) => (this.err += text))
    this.ended = new Promise((resolve) => this.child.on('close', (code) => resolve(code)))
  }

  /** What was told of scans and of what is uncommon. */
  get scans(): Printed[] {
    return this.#printed.filter(({ type }) => type !== 'case')
  }

  get cases(): (Printed & { readonly scans: readonly string[]; readonly decision: string; readonly rule: string })[] {
    return this.#printed.filter(({ type }) => type === 'case') as ReturnType<() => WatchRun['cases']>
  }

  get #printed(): Printed[] {
    return this.out
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Printed)
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal)
    return this.ended
  }

  /** Waits until what is printed holds, at most `seconds`. */
  async until(holds: (run: this) => boolean, seconds = 30): Promise<void> {
    for (let left = seconds * 20; !holds(this); left--) {
      if (left === 0 || this.child.exitCode !== null) {
        throw new Error(`not in ${seconds} s\nout: ${this.out.slice(-2000)}\nerr: ${this.err.slice(-2000)}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** Runs a test in an empty folder that is removed afterwards. */
export function inFolder(use: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-watch-'))
    try {
      await use(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
