import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as after } from 'node:timers/promises'

const root = join(import.meta.dirname, '..')
const patience = 30_000

export const noConsole = existsSync(join(root, 'dist/console/index.html')) ? false : 'the console is not built'

/** The real `serve` process on a port of its own, as an administrator starts it. */
export class ServiceProcess {
  readonly address: string
  /** Where the first admin is made. */
  readonly setUpLink: string
  readonly #process: ChildProcess
  private constructor(process: ChildProcess, address: string, setUpLink: string) {
    this.#process = process
    this.address = address
    this.setUpLink = setUpLink
  }

  /** @param state a folder in which nobody can sign in yet @throws where it does not say within 30 s where to set it up */
  static async start(state: string): Promise<ServiceProcess> {
    const words = [join(root, 'src/cli.ts'), 'serve', '--state', state, '--listen', '127.0.0.1:0']
    const started = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] })
    const said: string[] = []
    const signal = AbortSignal.timeout(patience)
    const lines = createInterface({ input: started.stdout })
    const stop = () => started.kill('SIGKILL')
    signal.addEventListener('abort', stop)
    try {
      for await (const line of lines) {
        said.push(line)
        if (line.includes('/set-up#')) break
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
    started.stdout.resume()
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said.join('\n'))?.[0]
    const setUpLink = said.find((line) => line.includes('/set-up#'))?.trim()
    if (address === undefined || setUpLink === undefined) {
      stop()
      throw new Error(`the service did not say where to set it up: ${said.join(' / ')}`)
    }
    return new ServiceProcess(started, address, setUpLink)
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await Promise.race([ended, after(10_000, undefined, { ref: false })])
    if (this.#process.exitCode === null) this.#process.kill('SIGKILL')
  }
}
