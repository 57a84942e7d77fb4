import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Address, parseAddress } from '../src/base/address.ts'

/** Names by what is asked: `PTR 4.113.0.203.in-addr.arpa`, `A scan.example.org`. */
export type Zone = Readonly<Record<string, readonly string[]>>

export interface DnsServer {
  /** `127.0.0.1:PORT`. */
  readonly at: string
  /** What it was asked, in order. */
  readonly asked: readonly string[]
}

const types: Readonly<Record<number, string>> = { 1: 'A', 12: 'PTR', 28: 'AAAA' }

/** A name server on loopback that answers from a zone; `silent` it answers nothing, `broken` it fails (SERVFAIL). */
export async function withDns<T>(
  zone: Zone,
  act: (server: DnsServer) => Promise<T>,
  mode: 'plain' | 'silent' | 'broken' = 'plain',
): Promise<T> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query, from) => {
    const { name, end } = nameAt(query)
    const type = types[query.readUInt16BE(end)] ?? 'other'
    asked.push(`${type} ${name}`)
    if (mode !== 'silent')
      socket.send(answerTo(query, end + 4, type, zone[`${type} ${name}`], mode), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  try {
    return await act({ at: `127.0.0.1:${socket.address().port}`, asked })
  } finally {
    socket.close()
  }
}

function nameAt(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}

/** RFC 1035 section 4: header, the question again, and an answer for each name. */
function answerTo(query: Buffer, end: number, type: string, names: readonly string[] = [], mode: string): Buffer {
  const header = Buffer.from(query.subarray(0, 12))
  const code = mode === 'broken' ? 2 : names.length === 0 ? 3 : 0
  header.writeUInt16BE(0x8180 | code, 2)
  header.writeUInt16BE(names.length, 6)
  header.fill(0, 8, 12)
  const records = names.map((name) => {
    const data = type === 'PTR' ? wireName(name) : addressData(name)
    const head = Buffer.from([0xc0, 12, 0, 0, 0, 1, 0, 0, 0, 60, 0, 0])
    query.copy(head, 2, end - 4, end - 2)
    head.writeUInt16BE(data.length, 10)
    return Buffer.concat([head, data])
  })
  return Buffer.concat([header, query.subarray(12, end), ...records])
}

function wireName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label, 'latin1'))
  return Buffer.concat([...labels.flatMap((label) => [Buffer.from([label.length]), label]), Buffer.from([0])])
}

function addressData(text: string): Buffer {
  const words = parseAddress(text) as Address
  const bytes = Buffer.alloc(16)
  for (const [k, word] of words.entries()) bytes.writeUInt32BE(word, 4 * k)
  return text.includes(':') ? bytes : bytes.subarray(12)
}
