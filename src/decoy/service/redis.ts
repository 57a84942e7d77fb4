import { Gathered } from '../bytes.ts'
import type { Persona } from '../persona.ts'
import type { Conversation, Service, Talk } from './service.ts'

const mostCommands = 200
const mostArguments = 64

/** Redis' protocol: arrays of bulk strings, or words on a line (redis.io, "Redis serialization protocol specification"). */
class Redis implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(32_768)
  #commands = 0

  constructor(talk: Talk) {
    this.#talk = talk
    talk.note({ serverBanner: `redis ${talk.persona.software.redis}` })
  }

  received(bytes: Buffer): void {
    if (!this.#input.add(bytes)) this.#talk.end()
    for (;;) {
      const words = this.#next()
      if (words === undefined) return
      if (words === 'bad' || ++this.#commands > mostCommands) {
        if (words === 'bad') this.#talk.send('-ERR Protocol error: invalid multibulk length\r\n')
        this.#talk.end()
        return
      }
      if (words.length > 0) this.#command(words)
    }
  }

  #next(): readonly string[] | 'bad' | undefined {
    const { bytes } = this.#input
    if (bytes.length === 0) return undefined
    if (bytes[0] !== 42) return this.#input.line()?.trim().split(/\s+/).filter(Boolean)
    const text = bytes.toString('latin1')
    const count = /^\*(-?\d{1,9})\r\n/.exec(text)
    if (count === null) return text.includes('\r\n') || text.length > 64 ? 'bad' : undefined
    if (Number(count[1]) > mostArguments) return 'bad'
    const words: string[] = []
    let at = count[0].length
    while (words.length < Number(count[1])) {
      const size = /^\$(\d{1,9})\r\n/.exec(text.slice(at, at + 16))
      if (size === null) return text.length >= at + 16 ? 'bad' : undefined
      const from = at + size[0].length
      at = from + Number(size[1]) + 2
      if (Number(size[1]) > 32_768) return 'bad'
      if (text.length < at) return undefined
      words.push(text.slice(from, at - 2))
    }
    this.#input.take(at)
    return words
  }

  #command(words: readonly string[]): void {
    const [word = '', ...rest] = words
    const name = word.toUpperCase()
    if (this.#commands <= 3) this.#talk.note({ message: words.join(' ').slice(0, 200) })
    if (name === 'AUTH') {
      const [user, password] = rest.length > 1 ? rest : [undefined, rest[0]]
      this.#talk.login({ ...(user !== undefined && { user }), ...(password !== undefined && { password }) })
    }
    this.#talk.send(answerTo(name, rest, this.#talk.persona, this.#talk.now()))
    if (name === 'QUIT') this.#talk.end()
  }
}

/** It holds nothing, and takes nothing: writing is refused as on a replica, which many are. */
function answerTo(name: string, rest: readonly string[], persona: Persona, now: number): string {
  switch (name) {
    case 'PING':
      return rest[0] === undefined ? '+PONG\r\n' : bulk(rest[0])
    case 'ECHO':
      return rest.length === 1 ? bulk(rest[0] as string) : wrongNumber('echo')
    case 'INFO':
      return bulk(info(persona, now))
    case 'QUIT':
    case 'SELECT':
      return '+OK\r\n'
    case 'AUTH':
      return rest.length === 0
        ? wrongNumber('auth')
        : persona.software.redis.startsWith('5')
          ? '-ERR Client sent AUTH, but no password is set\r\n'
          : '-WRONGPASS invalid username-password pair or user is disabled.\r\n'
    case 'GET':
      return rest.length === 1 ? '$-1\r\n' : wrongNumber('get')
    case 'DBSIZE':
    case 'EXISTS':
      return ':0\r\n'
    case 'KEYS':
    case 'COMMAND':
      return '*0\r\n'
    case 'CONFIG':
      return rest[0]?.toUpperCase() === 'GET'
        ? '*0\r\n'
        : "-NOPERM this user has no permissions to run the 'config' command\r\n"
    case 'SET':
    case 'SLAVEOF':
    case 'REPLICAOF':
    case 'FLUSHALL':
    case 'SAVE':
    case 'EVAL':
    case 'MODULE':
      return "-READONLY You can't write against a read only replica.\r\n"
    default: {
      const shown = (text: string) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 128)
      const beginning = rest.map((each) => `'${shown(each)}' `).join('')
      return `-ERR unknown command '${shown(name)}', with args beginning with: ${beginning.slice(0, 128)}\r\n`
    }
  }
}

function wrongNumber(command: string): string {
  return `-ERR wrong number of arguments for '${command}' command\r\n`
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`
}

function info({ software, draw, hostName }: Persona, now: number): string {
  const days = 3 + draw.below('redis uptime', 200)
  const id = draw.bytes('redis run').toString('hex').slice(0, 40)
  const memory = 800_000 + draw.below('redis memory', 4_000_000)
  const lines = [
    '# Server',
    `redis_version:${software.redis}`,
    'redis_git_sha1:00000000',
    'redis_git_dirty:0',
    `redis_build_id:${draw.bytes('redis build').toString('hex').slice(0, 16)}`,
    'redis_mode:standalone',
    `os:Linux ${draw.one('kernel', ['5.10.0-28-amd64', '5.4.0-174-generic', '5.10.0-21-amd64', '5.15.0-101-generic'])} x86_64`,
    'arch_bits:64',
    `process_id:${400 + draw.below('redis process', 3000)}`,
    `run_id:${id}`,
    'tcp_port:6379',
    `uptime_in_seconds:${days * 86_400 + (Math.floor(now / 1e6) % 86_400)}`,
    `uptime_in_days:${days}`,
    `executable:/usr/bin/redis-server`,
    '',
    '# Clients',
    `connected_clients:${1 + draw.below('redis clients', 9)}`,
    '',
    '# Memory',
    `used_memory:${memory}`,
    '',
    '# Replication',
    'role:slave',
    `master_host:${hostName.toLowerCase()}-a`,
    'master_port:6379',
    'master_link_status:up',
    '',
  ]
  return lines.join('\r\n')
}

export default {
  id: 'redis',
  title: 'Redis',
  ports: [6379],
  transports: ['tcp'],
  open: (talk) => new Redis(talk),
  claims: (head) => /^\*\d{1,3}\r\n\$\d{1,5}\r\n/.test(head.toString('latin1')),
} satisfies Service
