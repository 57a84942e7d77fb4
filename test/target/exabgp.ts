import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Workplace } from './workplace.ts'

const port = 1790
const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

/** Writes down what a speaker hears; it answers nothing, as what it says would be taken for commands. */
const recorder = (log: string) => `
process.stdin.on('data', (data) => require('node:fs').appendFileSync(${JSON.stringify(log)}, data))`

/** A real ExaBGP in a network of its own, and where it is wanted a second one that hears it. */
export class ExaBgpOfTest {
  readonly pipe: string
  readonly #folder: string
  readonly #place: Workplace
  readonly #running: ChildProcess[] = []
  readonly #log: string

  private constructor(folder: string) {
    this.#folder = folder
    this.#place = new Workplace(folder)
    this.pipe = join(folder, 'run', 'exabgp.in')
    this.#log = join(folder, 'heard.json')
    for (const host of [1, 2]) this.#place.run(['ip', 'address', 'add', `192.0.2.${host}/32`, 'dev', 'lo'])
    mkdirSync(join(folder, 'run'))
    for (const name of ['exabgp.in', 'exabgp.out']) spawnSync('mkfifo', [join(folder, 'run', name)])
  }

  static async start(folder: string, withPeer = false): Promise<ExaBgpOfTest> {
    const made = new ExaBgpOfTest(folder)
    if (withPeer) await made.#startPeer()
    made.#spawn('speaker.conf', neighbor(1, 2, ''), true)
    for (let k = 0; k < 200 && !(await made.#isListening()); k++) await sleep(50)
    return made
  }

  async #startPeer(): Promise<void> {
    const script = join(this.#folder, 'recorder.cjs')
    writeFileSync(script, recorder(this.#log))
    const process_ = `process recorder { run ${process.execPath} ${script}; encoder json; }\n`
    const api = 'passive true; api { processes [ recorder ]; receive { parsed; update; } }'
    this.#spawn('peer.conf', process_ + neighbor(2, 1, api), false)
    await sleep(1000)
  }

  #spawn(name: string, config: string, hasPipes: boolean): void {
    const file = join(this.#folder, name)
    writeFileSync(file, config)
    const [program = '', ...words] = this.#place.namespace.inside(['exabgp', '--root', this.#folder, file])
    const env = {
      PATH: path,
      'exabgp.daemon.user': 'root',
      'exabgp.daemon.drop': 'false',
      'exabgp.tcp.port': String(port),
      'exabgp.api.cli': String(hasPipes),
      ...(hasPipes ? {} : { 'exabgp.tcp.bind': '192.0.2.2' }),
    }
    this.#running.push(spawn(program, words, { env, stdio: 'ignore' }))
  }

  async #isListening(): Promise<boolean> {
    try {
      await (await open(this.pipe, 1 | 0o4000)).close()
      return true
    } catch {
      return false
    }
  }

  /** What another client says over the same pipe. */
  async tell(command: string): Promise<void> {
    const pipe = await open(this.pipe, 'w')
    await pipe.write(`${command}\n`)
    await pipe.close()
    await sleep(300)
  }

  /** What the second speaker heard, one message a line. */
  heard(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : ''
  }

  async stop(): Promise<void> {
    for (const child of this.#running.splice(0)) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await Promise.race([ended, sleep(3000)])
      child.kill('SIGKILL')
    }
  }

  async remove(): Promise<void> {
    await this.stop()
    this.#place.remove()
  }
}

function neighbor(own: number, other: number, more: string): string {
  return `neighbor 192.0.2.${other} {
  router-id 192.0.2.${own}; local-address 192.0.2.${own}; local-as 65000; peer-as 65000;
  family { ipv4 flow; ipv6 flow; }
  ${more}
}
`
}
