/** Real DNS servers (Debian's unbound and bind9) with zones of their own, which ask nobody else, for tests of their query logs. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
const options = { encoding: 'utf8', env: { ...process.env, PATH: path } } as const
const mostWait = 20_000
const dnsPort = 53

export type Server = 'unbound' | 'bind'
const programs: Readonly<Record<Server, string>> = { unbound: 'unbound', bind: 'named' }

/** Why these tests cannot run here; undefined where they can. */
export function whyNoDaemons(): string | undefined {
  const missing = [...Object.values(programs), 'dig', 'nmap', 'ip'].filter((command) => !hasCommand(command))
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  if (process.getuid?.() !== 0) return 'a network namespace needs root'
  const probe = new Namespace()
  const reason = probe.problem
  probe.remove()
  return reason
}

function hasCommand(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], options).status === 0
}

let namespaces = 0

/** A network of its own, in which nothing but its loopback exists, so that a server can have port 53. */
export class Namespace {
  readonly name = `sweepwatch-${process.pid}-${namespaces++}`
  /** What went wrong where namespaces cannot be had. */
  readonly problem: string | undefined

  constructor() {
    const added = spawnSync('ip', ['netns', 'add', this.name], options)
    const up = spawnSync('ip', ['-n', this.name, 'link', 'set', 'lo', 'up'], options)
    this.problem = added.status === 0 && up.status === 0 ? undefined : `${added.stderr}${up.stderr}`.trim()
  }

  /** Gives its loopback one more address. */
  addAddress(address: string): void {
    spawnSync('ip', ['-n', this.name, 'address', 'add', `${address}/32`, 'dev', 'lo'], options)
  }

  /** A command line that runs inside. */
  inside(command: readonly string[]): string[] {
    return ['ip', 'netns', 'exec', this.name, ...command]
  }

  run(command: readonly string[]): string {
    const [program = '', ...words] = this.inside(command)
    return spawnSync(program, words, { ...options, timeout: mostWait }).stdout
  }

  remove(): void {
    spawnSync('ip', ['netns', 'delete', this.name], options)
  }
}

/** A server that runs, with a folder and a log of its own. It answers for 2.0.192.in-addr.arpa and example.org. */
export class DnsDaemon {
  readonly server: Server
  readonly namespace: Namespace
  /** Its query log, as it writes it by itself. */
  readonly log: string
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(server: Server, namespace: Namespace, folder: string, child: ChildProcess) {
    this.server = server
    this.namespace = namespace
    this.log = join(folder, 'query.log')
    this.#folder = folder
    this.#child = child
  }

  /** Starts one on port 53 of the namespace's 127.0.0.1, and waits until it answers. */
  static async start(server: Server, namespace: Namespace): Promise<DnsDaemon> {
    const folder = mkdtempSync(join(tmpdir(), `sweepwatch-${server}-`))
    const config = join(folder, 'daemon.conf')
    const files = server === 'unbound' ? unboundFiles(folder) : bindFiles(folder)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const command = server === 'unbound' ? ['unbound', '-d', '-c', config] : ['named', '-f', '-4', '-c', config]
    const [program = '', ...words] = namespace.inside(command)
    const child = spawn(program, words, { env: options.env, stdio: 'ignore' })
    const daemon = new DnsDaemon(server, namespace, folder, child)
    await daemon.#ready()
    return daemon
  }

  async #ready(): Promise<void> {
    const end = Date.now() + mostWait
    while (Date.now() < end) {
      if (this.#child.exitCode !== null) break
      if (this.ask(['ready.example.org']) === 1) return
      await setTimeout(100)
    }
    await this.stop()
    throw new Error(`${this.server} did not come up`)
  }

  /** Asks for PTR records of names, as a mail server does for whoever connects. @returns how many were answered */
  ask(names: readonly string[], pauseMs = 0): number {
    const script = join(import.meta.dirname, 'dns-ask.ts')
    const words = [process.execPath, script, '127.0.0.1', String(dnsPort), String(pauseMs), ...names]
    return Number(this.namespace.run(words))
  }

  /** Looks up the names of a block without touching it, as `nmap -sL` does. */
  listScan(block: string): string {
    return this.namespace.run(['nmap', '-sL', '--dns-servers', '127.0.0.1', block])
  }

  /** The log once it holds a text so many times; whatever it holds after a while. */
  async logWith(text: string, count: number): Promise<string> {
    const end = Date.now() + mostWait
    for (;;) {
      const log = existsSync(this.log) ? readFileSync(this.log, 'latin1') : ''
      if (log.split(text).length > count || Date.now() > end) return log
      await setTimeout(50)
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve))
      this.#child.kill('SIGTERM')
      await Promise.race([ended, setTimeout(5000, undefined, { ref: false })])
      this.#child.kill('SIGKILL')
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** The name under which the PTR record of an IPv4 address stands. */
export function pointerName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`
}

const named = [1, 10, 25, 53, 80]

function unboundFiles(folder: string): Record<string, string> {
  const names = named.map((host) => `local-data: "${host}.2.0.192.in-addr.arpa. PTR host${host}.example.org."`)
  return {
    'daemon.conf': `server:
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: "${folder}/daemon.pid"
  interface: 127.0.0.1@${dnsPort}
  do-ip6: no
  do-daemonize: no
  num-threads: 1
  use-syslog: no
  logfile: "${folder}/query.log"
  log-queries: yes
  log-replies: yes
  verbosity: 1
  module-config: "iterator"
  local-zone: "." static
  local-zone: "2.0.192.in-addr.arpa." static
  ${names.join('\n  ')}
remote-control:
  control-enable: no
`,
  }
}

function bindFiles(folder: string): Record<string, string> {
  const start =
    '$TTL 300\n@ IN SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 300\n@ IN NS ns.example.org.\n'
  const names = named.map((host) => `${host} IN PTR host${host}.example.org.\n`).join('')
  return {
    'reverse.zone': `${start}${names}`,
    'forward.zone': `${start}ns IN A 192.0.2.53\n`,
    'daemon.conf': `options {
  directory "${folder}";
  pid-file "${folder}/daemon.pid";
  session-keyfile "${folder}/session.key";
  listen-on port ${dnsPort} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  allow-transfer { none; };
  dnssec-validation no;
  querylog yes;
};
controls { };
logging {
  channel queries { file "${folder}/query.log"; print-time yes; print-category yes; print-severity yes; severity info; };
  category queries { queries; };
  category security { queries; };
  category query-errors { queries; };
  category xfer-out { queries; };
};
zone "2.0.192.in-addr.arpa" { type primary; file "reverse.zone"; };
zone "example.org" { type primary; file "forward.zone"; };
`,
  }
}
