/** Two networks that a test makes itself: a scanner's, and behind a router of its own the decoy's. */
import { spawn, spawnSync } from 'node:child_process'
import { Namespace } from './dns-daemon.ts'

const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }

export class Lab {
  readonly scanner = new Namespace()
  readonly decoy = new Namespace()

  constructor() {
    const [s, d] = [this.scanner.name, this.decoy.name]
    for (const words of [
      ['link', 'add', 'lab0', 'netns', s, 'type', 'veth', 'peer', 'name', 'lab1', 'netns', d],
      ['-n', s, 'address', 'add', '203.0.113.66/24', 'dev', 'lab0'],
      ['-n', s, 'address', 'add', '203.0.113.67/24', 'dev', 'lab0'],
      ['-n', s, 'address', 'add', '2001:db8:a::2/64', 'dev', 'lab0', 'nodad'],
      ['-n', d, 'address', 'add', '203.0.113.1/24', 'dev', 'lab1'],
      ['-n', d, 'address', 'add', '2001:db8:a::1/64', 'dev', 'lab1', 'nodad'],
      ['-n', s, 'link', 'set', 'lab0', 'up'],
      ['-n', d, 'link', 'set', 'lab1', 'up'],
      ['-n', s, 'route', 'add', '192.0.2.0/24', 'via', '203.0.113.1'],
      ['-n', s, '-6', 'route', 'add', '2001:db8:b::/64', 'via', '2001:db8:a::1'],
    ]) {
      const { status, stderr } = spawnSync('ip', words, { env, encoding: 'utf8' })
      if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`)
    }
  }

  /** Runs a program in the scanner's network. @returns what it said */
  run(command: readonly string[], mostMs = 60_000): Promise<string> {
    const [program = '', ...words] = this.scanner.inside(command)
    const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: mostMs })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    return new Promise((resolve) => child.on('close', () => resolve(said)))
  }

  /** The decoy's kernel counts its connections itself (RFC 1213): those that it took in, and those that it opened. */
  connections(): { readonly taken: number; readonly opened: number } {
    const [names = [], values = []] = this.decoy
      .run(['cat', '/proc/net/snmp'])
      .split('\n')
      .filter((line) => line.startsWith('Tcp:'))
      .map((line) => line.split(' '))
    const of = (name: string) => Number(values[names.indexOf(name)])
    return { taken: of('PassiveOpens'), opened: of('ActiveOpens') }
  }

  remove(): void {
    this.scanner.remove()
    this.decoy.remove()
  }
}
