import { execFile, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

export const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

/** Why packages cannot be tried on this machine, or false. */
export function noPackages(): string | false {
  const tools = ['dpkg-deb', 'mmdebstrap', 'chroot', 'unshare', 'systemd-analyze', 'mandoc']
  const { PATH = '' } = process.env
  const places = [...PATH.split(delimiter), '/usr/sbin', '/sbin']
  const missing = tools.filter((tool) => !places.some((place) => existsSync(join(place, tool))))
  if (missing.length > 0) return `${missing.join(', ')} not on this machine: the package was not tried`
  return process.getuid?.() === 0 ? false : 'not root: the package was not installed'
}

/** Makes the package of this tree. @returns its file */
export async function makePackage(folder: string, umask = '022'): Promise<string> {
  const script = `umask ${umask} && mkdir -p "$DIST" && exec "$0" packaging/deb.ts`
  const env = { ...process.env, DIST: folder, SOURCE_DATE_EPOCH: '1795800000' }
  await run('sh', ['-c', script, process.execPath], { cwd: root, env, timeout: 60_000 })
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.deb')) as string)
}

/** The same package under another version, without waiting for compression. */
export function asVersion(file: string, version: string, folder: string): string {
  must('dpkg-deb', ['--raw-extract', file, folder])
  must('sed', ['-i', `s/^Version: .*/Version: ${version}/`, join(folder, 'DEBIAN/control')])
  const to = `${folder}.deb`
  must('dpkg-deb', ['-Znone', '--root-owner-group', '--build', folder, to])
  rmSync(folder, { recursive: true })
  return to
}

/** A Debian of its essential packages and what a package depends on, and nothing else. */
export class TestRoot {
  readonly folder: string
  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(folder: string, packages: string): Promise<TestRoot> {
    const options = ['--quiet', '--variant=essential', `--include=${packages}`, '--aptopt=Acquire::Retries "3"']
    await run('mmdebstrap', [...options, 'bookworm', folder], { timeout: 150_000 })
    return new TestRoot(folder)
  }

  path(absolute: string): string {
    return join(this.folder, absolute)
  }

  /** Runs a program in it as root, with nobody to answer questions. */
  try(words: readonly string[]): SpawnSyncReturns<string> {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' }
    return spawnSync('chroot', [this.folder, ...words], { encoding: 'utf8', stdio: 'pipe', input: '', env })
  }

  must(...words: readonly string[]): string {
    return said(this.try(words), words)
  }

  /** Every path in it but those that dpkg and the user database change by themselves. */
  paths(): readonly string[] {
    const list = must('find', [this.folder, '-xdev', '-printf', '/%P\n'])
    const others =
      /^\/(?:var\/lib\/dpkg|var\/log|var\/cache|etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-?$|run\/adduser$|tmp|proc)/
    return list
      .split('\n')
      .filter((path) => !others.test(path))
      .sort()
  }

  /** Starts a service in it as a user, as a unit would; it ends with `stop`. */
  async serve(user: string, words: readonly string[]): Promise<RunningService> {
    const inside = ['chroot', `--userspec=${user}:${user}`, this.folder, ...words]
    const child = spawn('setpriv', ['--no-new-privs', '--inh-caps=-all', ...inside], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    })
    const lines: string[] = []
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    child.stderr.on('data', (bytes: Buffer) => lines.push(bytes.toString()))
    const address = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`it does not listen:\n${lines.join('\n')}`)), 20_000)
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line)
        const found = /listens on (http:\S+)/.exec(line)?.[1]
        if (found === undefined) return
        clearTimeout(late)
        resolve(found)
      })
      void ended.then((code) => reject(new Error(`it ended with ${code}:\n${lines.join('\n')}`)))
    }).catch((error: unknown) => {
      child.kill('SIGKILL')
      throw error
    })
    const stop = () => {
      child.kill('SIGTERM')
      return ended
    }
    return { address, lines, stop }
  }
}

export interface RunningService {
  readonly address: string
  readonly lines: readonly string[]
  /** @returns the exit code */
  stop(): Promise<number | null>
}

export function must(program: string, words: readonly string[]): string {
  return said(spawnSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 28 }), [program, ...words])
}

function said({ status, stdout, stderr }: SpawnSyncReturns<string>, words: readonly string[]): string {
  if (status === 0) return stdout
  throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}${stdout}`)
}
