import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { CommandSpec, Invocation } from './command.ts'

/** A state and configuration that are thrown away: the console has something to show, and nothing of it touches anything. */
export class DemoFolder {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sweepwatch-demo-'))
  readonly state = join(this.#folder, 'state')
  readonly config = join(this.#folder, 'sweepwatch.yaml')

  constructor(network: string) {
    const settings = {
      networks: [network],
      state: this.state,
      archive: { directory: join(this.#folder, 'events') },
      // A target that writes down what it would do.
      respond: { enforce: true, targets: { demo: { kind: 'debug' } } },
    }
    writeFileSync(this.config, JSON.stringify(settings))
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

const usualPort = 8420

/** Serves the demo until a signal says stop. @returns the exit code */
export async function serveDemo(invocation: Invocation, { state, config }: DemoFolder): Promise<number> {
  const { terminal } = invocation
  const port = (await isFree(usualPort)) ? usualPort : 0
  if (port === 0) terminal.out(`Port ${usualPort} is taken by another program: another port is used.\n`)
  const given: Readonly<Record<string, string>> = { state, config, listen: `127.0.0.1:${port}` }
  // Loaded late: the registry holds the demo as well.
  const { commands } = await import('./registry.ts')
  const serve = commands.find(({ id }) => id === 'serve') as CommandSpec
  return serve.run({
    ...invocation,
    text: (option) => given[option],
    list: () => [],
    terminal: {
      ...terminal,
      out: (text) => {
        terminal.out(text)
        const link = /^https?:\S+\/set-up#\S+$/m.exec(text)?.[0]
        if (link === undefined) return
        terminal.out('Its state is thrown away when you end it with Ctrl-C.\n')
        openBrowser(link)
      },
    },
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)))
  })
}

/** Where there is a desktop; that it does not work is no error: the link is printed. */
function openBrowser(link: string): void {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  const isMac = process.platform === 'darwin'
  if (!process.stdout.isTTY || (!isMac && !DISPLAY && !WAYLAND_DISPLAY)) return
  const child = spawn(isMac ? 'open' : 'xdg-open', [link], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
