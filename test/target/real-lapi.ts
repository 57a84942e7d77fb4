import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { key, machine, password } from './lapi.ts'

const options = { encoding: 'utf8', timeout: 20_000 } as const

/** Why CrowdSec cannot be run here; undefined where it can. */
export function whyNoCrowdSec(): string | undefined {
  const missing = ['crowdsec', 'cscli'].filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`
}

/** CrowdSec's own local API (Debian's package) with a database of its own, which asks nobody outside. */
export class RealLapi {
  readonly url: string
  readonly #config: string
  readonly #child: ChildProcess

  private constructor(url: string, config: string, child: ChildProcess) {
    this.url = url
    this.#config = config
    this.#child = child
  }

  static async start(folder: string): Promise<RealLapi> {
    const port = await freePort()
    const config = join(folder, 'config.yaml')
    configure(folder, config, port)
    const own = (words: readonly string[]) => spawnSync('cscli', ['-c', config, ...words], options)
    own(['machines', 'add', machine, '--password', password, '-f', join(folder, 'machine.yaml')])
    own(['bouncers', 'add', 'sweepwatch', '-k', key])
    const child = spawn('crowdsec', ['-c', config, '-no-cs'], { stdio: 'ignore' })
    const lapi = new RealLapi(`http://127.0.0.1:${port}`, config, child)
    for (let left = 100; left > 0; left--) {
      const answer = await fetch(`${lapi.url}/v1/decisions`, { headers: { 'X-Api-Key': key } }).catch(() => undefined)
      if (answer?.status === 200) return lapi
      await sleep(100)
    }
    await lapi.close()
    throw new Error('the local API does not answer')
  }

  /** What CrowdSec's own tool says. */
  cscli(...words: readonly string[]): string {
    const { stdout, stderr, status } = spawnSync('cscli', ['-c', this.#config, ...words], options)
    if (status !== 0) throw new Error(stderr)
    return stdout
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await gone
  }
}

function configure(folder: string, config: string, port: number): void {
  const at = (name: string) => join(folder, name)
  for (const name of ['data', 'hub', 'notifications']) mkdirSync(at(name))
  writeFileSync(at('empty.yaml'), '')
  writeFileSync(at('index.json'), '{}')
  writeFileSync(at('simulation.yaml'), 'simulation: false\n')
  writeFileSync(at('profiles.yaml'), 'name: none\nfilters: ["false"]\ndecisions: [{type: ban, duration: 4h}]\n')
  writeFileSync(at('client.yaml'), `url: http://127.0.0.1:${port}/\nlogin: ${machine}\npassword: ${password}\n`)
  const lines = [
    `common: {daemonize: false, log_media: stdout, log_level: error, working_dir: ${folder}}`,
    'config_paths:',
    ...[
      `config_dir: ${folder}`,
      `data_dir: ${at('data')}`,
      `simulation_path: ${at('simulation.yaml')}`,
      `hub_dir: ${at('hub')}`,
      `index_path: ${at('index.json')}`,
      `notification_dir: ${at('notifications')}`,
      `plugin_dir: ${at('notifications')}`,
    ].map((line) => `  ${line}`),
    `crowdsec_service: {enable: false, acquisition_path: ${at('empty.yaml')}}`,
    'cscli: {output: json}',
    `db_config: {log_level: error, type: sqlite, use_wal: true, db_path: ${at('data/crowdsec.db')}}`,
    'api:',
    `  client: {insecure_skip_verify: false, credentials_path: ${at('client.yaml')}}`,
    `  server: {log_level: error, listen_uri: '127.0.0.1:${port}', profiles_path: ${at('profiles.yaml')}, console_path: ${at('empty.yaml')}}`,
    'prometheus: {enabled: false}',
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
