import { randomBytes } from 'node:crypto'
import { Gathered } from '../bytes.ts'
import type { Conversation, Service, Talk } from './service.ts'

/** Capability flags (dev.mysql.com, "Capabilities Flags"). */
const protocol41 = 0x200
const connectWithDatabase = 0x8
const lengthEncoded = 0x200000
const pluginAuth = 0x80000
const offeredLow = 0xf7fe
const offeredHigh = 0x81ff
const accessDenied = 1045
const failMs = 30

/**
 * MySQL's and MariaDB's greeting and the client's answer (protocol version 10). The password comes as a hash over a salt that is drawn
 * anew, so it is the account that is learned. TLS is not offered.
 */
class MySql implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(16_384)
  readonly #salt = randomBytes(20).map((byte) => byte & 0x7f || 1)

  constructor(talk: Talk) {
    this.#talk = talk
    talk.note({ serverBanner: talk.persona.software.mysql })
    talk.send(packet(0, this.#greeting()))
  }

  received(bytes: Buffer): void {
    if (!this.#input.add(bytes)) this.#talk.end()
    const waiting = this.#input.bytes
    if (waiting.length < 4) return
    const length = waiting.readUIntLE(0, 3)
    if (length > 12_000) {
      this.#refuse(waiting[3] as number, 1156, '08S01', 'Got packets out of order')
      return
    }
    if (waiting.length < 4 + length) return
    const sequence = waiting[3] as number
    this.#input.take(4)
    const body = this.#input.take(length)
    if (sequence === 1 && body.length >= 5) this.#answer(body)
    else this.#refuse(sequence, 1043, '08S01', 'Bad handshake')
  }

  #greeting(): Buffer {
    const { software, draw } = this.#talk.persona
    const isMaria = software.mysql.includes('MariaDB')
    const plugin = isMaria || software.mysql.startsWith('5') ? 'mysql_native_password' : 'caching_sha2_password'
    const head = Buffer.alloc(4)
    head.writeUInt32LE(20 + draw.below('mysql thread', 400) + (Math.floor(this.#talk.now() / 3e7) % 40_000))
    const middle = Buffer.alloc(7)
    middle.writeUInt16LE(offeredLow, 0)
    middle[2] = isMaria ? 45 : software.mysql.startsWith('5') ? 8 : 255
    middle.writeUInt16LE(2, 3)
    middle.writeUInt16LE(offeredHigh, 5)
    return Buffer.concat([
      Buffer.from([10]),
      Buffer.from(`${software.mysql}\0`, 'latin1'),
      head,
      this.#salt.subarray(0, 8),
      Buffer.from([0]),
      middle,
      Buffer.from([21]),
      Buffer.alloc(10),
      this.#salt.subarray(8),
      Buffer.from(`\0${plugin}\0`, 'latin1'),
    ])
  }

  #answer(body: Buffer): void {
    const { user, database, hasPassword, plugin } = readAnswer(body)
    const message = [database && `database ${database}`, plugin].filter(Boolean).join(', ')
    this.#talk.note({ ...(user !== '' && { user }), ...(message !== '' && { message }) })
    this.#talk.login({ user })
    const { peer } = this.#talk
    this.#talk.later(failMs, () => {
      const using = hasPassword ? 'YES' : 'NO'
      this.#refuse(1, accessDenied, '28000', `Access denied for user '${user}'@'${peer}' (using password: ${using})`)
    })
  }

  #refuse(sequence: number, code: number, state: string, text: string): void {
    const head = Buffer.from([0xff, code & 255, code >> 8])
    this.#talk.send(packet(sequence + 1, Buffer.concat([head, Buffer.from(`#${state}${text}`, 'latin1')])))
    this.#talk.end()
  }
}

/** HandshakeResponse41, or the older 320. */
function readAnswer(body: Buffer): { user: string; database: string; hasPassword: boolean; plugin: string } {
  const flags = body.readUInt16LE(0) | ((body.length > 3 ? body.readUInt16LE(2) : 0) << 16)
  const isNew = (flags & protocol41) !== 0
  let at = isNew ? 32 : 5
  const text = () => {
    const end = body.indexOf(0, at)
    const read = body.toString('latin1', Math.min(at, body.length), end < 0 ? body.length : end)
    at = end < 0 ? body.length : end + 1
    return read
  }
  const user = text()
  const size = (flags & lengthEncoded) !== 0 || isNew ? (body[at++] ?? 0) : 0
  at += size
  const hasPassword = isNew ? size > 0 : at < body.length
  const database = isNew && flags & connectWithDatabase ? text() : ''
  const plugin = isNew && flags & pluginAuth ? text() : ''
  return { user, database, hasPassword, plugin }
}

function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUIntLE(body.length, 0, 3)
  head[3] = sequence & 255
  return Buffer.concat([head, body])
}

export default {
  id: 'mysql',
  title: 'MySQL and MariaDB',
  ports: [3306],
  transports: ['tcp'],
  open: (talk) => new MySql(talk),
} satisfies Service
