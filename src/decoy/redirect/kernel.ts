import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { Problem } from '../../base/problem.ts'
import { tableName } from './ruleset.ts'

/** Whom a helper runs as. */
export interface HelperUser {
  readonly uid: number
  readonly gid: number
}

const path = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
const appearMs = 5000
const pauseMs = 50
const eventBuffer = 8_388_608
const rights = '-all,+net_admin'

/** A helper that keeps the one right it needs, belongs to the decoy's user, and dies with us. */
function helper(user: HelperUser | undefined, command: readonly string[]): ChildProcess {
  const who = user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups']
  const limits = ['--inh-caps', rights, '--ambient-caps', rights, '--bounding-set', rights, '--pdeathsig', 'KILL']
  const child = spawn('setpriv', [...who, ...limits, ...command], { env: path, stdio: ['pipe', 'pipe', 'pipe'] })
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  return child
}

function run(command: string, words: readonly string[]) {
  return spawnSync(command, words, { env: path, encoding: 'utf8', timeout: appearMs })
}

/** @throws Problem `decoy-redirect` for a system part that is not there */
export function checkHelpers(): void {
  const packages = { setpriv: 'util-linux', nft: 'nftables', conntrack: 'conntrack' }
  for (const [command, name] of Object.entries(packages)) {
    if (run(command, ['--version']).error === undefined) continue
    throw new Problem('decoy-redirect', `${command} is not installed`, { hint: `On Debian: apt-get install ${name}` })
  }
}

/** The redirect, which stands for as long as this process and its `nft` do. */
export class KernelTable {
  readonly #nft: ChildProcess
  #said = ''
  #isClosed = false

  private constructor(nft: ChildProcess) {
    this.#nft = nft
    nft.stdout?.resume()
    nft.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(0, 4096)
    })
  }

  /**
   * @param pause waits so many milliseconds
   * @throws Problem `decoy-redirect` where another decoy has its table, or the kernel does not take ours
   */
  static async open(
    commands: readonly string[],
    user: HelperUser | undefined,
    pause: (milliseconds: number) => Promise<unknown>,
  ): Promise<KernelTable> {
    // What another way of ending left behind; a table that a living process owns cannot be removed.
    if (isThere() && run('nft', ['delete', 'table', 'inet', tableName]).status !== 0) {
      throw new Problem('decoy-redirect', `the table ${tableName} belongs to a decoy that runs`, {
        hint: 'One redirect at a time: stop the other first.',
      })
    }
    const table = new KernelTable(helper(user, ['nft', '-i']))
    const mark = `add chain inet ${tableName} complete`
    table.#nft.stdin?.write(`${[...commands, mark].join('\n')}\n`)
    for (let waited = 0; waited < appearMs; waited += pauseMs) {
      if (table.#said.includes('Error')) break
      if (run('nft', ['list', 'chain', 'inet', tableName, 'complete']).status === 0) return table
      await pause(pauseMs)
    }
    table.close()
    throw new Problem('decoy-redirect', `the kernel did not take the redirect: ${table.#said.trim() || 'no answer'}`)
  }

  /** The kernel removes the table as soon as its owner is gone. */
  close(): void {
    this.#isClosed = true
    this.#nft.stdin?.end()
  }

  /** Told where somebody else ended it. */
  onLost(act: () => void): void {
    this.#nft.once('exit', () => {
      if (!this.#isClosed) act()
    })
  }
}

function isThere(): boolean {
  return run('nft', ['list', 'table', 'inet', tableName]).status === 0
}

/** Follows the kernel's new connections. */
export class ConnectionEvents {
  readonly #conntrack: ChildProcess

  constructor(user: HelperUser | undefined, read: (text: string) => void, trouble: (text: string) => void) {
    this.#conntrack = helper(user, ['conntrack', '-E', '-e', 'NEW', '-b', String(eventBuffer)])
    this.#conntrack.stdout?.setEncoding('latin1').on('data', read)
    this.#conntrack.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (!text.startsWith('NOTICE') && !/flow events have been shown/.test(text)) trouble(text.trim())
    })
  }

  close(): void {
    this.#conntrack.kill('SIGKILL')
  }
}
