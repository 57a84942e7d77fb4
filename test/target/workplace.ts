import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Namespace } from '../dns-daemon.ts'

const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }

/** Why firewalls cannot be tried here; undefined where they can. */
export function whyNoNamespaces(...programs: readonly string[]): string | undefined {
  const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`], { env: environment }).status === 0
  const missing = [...programs, 'ip'].filter((program) => !has(program))
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  if (process.getuid?.() !== 0) return 'a network namespace needs root'
  const probe = new Namespace()
  probe.remove()
  return probe.problem
}

/** A network of its own with a firewall of its own, and tools that work in it. */
export class Workplace {
  readonly namespace = new Namespace()
  readonly folder: string
  readonly #tools: string[] = []

  /** @param folder for the tools' starters */
  constructor(folder: string) {
    this.folder = folder
  }

  /** A tool as it may be configured: a program that starts the real one inside. Without a name: what stands before any tool. */
  tool(program: string): { readonly command: readonly string[] } {
    const path = join(this.folder, `${program || 'any'}-of-test`)
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${this.namespace.name} ${program} "$@"\n`)
    chmodSync(path, 0o755)
    this.#tools.push(path)
    return { command: [path] }
  }

  /** From now on there are none. */
  breakTools(): void {
    for (const path of this.#tools) rmSync(path)
  }

  /** @throws Error where the command fails */
  run(command: readonly string[], input?: string): string {
    const [program = '', ...words] = this.namespace.inside(command)
    const { status, stdout, stderr } = spawnSync(program, words, {
      ...(input === undefined ? {} : { input }),
      env: environment,
      encoding: 'utf8',
      timeout: 20_000,
      maxBuffer: 1e8,
    })
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr || status}`)
    return stdout
  }

  remove(): void {
    this.namespace.remove()
  }
}
