/** What devices send: firewall lines, or NetFlow version 5 packets of 30 records. A pool that is sent over and over. */
const poolSize = 8192
const records = 30

export function datagrams(kind: 'syslog' | 'netflow'): Buffer[] {
  return Array.from({ length: poolSize }, (_, k) => (kind === 'syslog' ? line(k) : packet(k)))
}

export const recordsEach = { syslog: 1, netflow: records } as const

function line(k: number): Buffer {
  const client = `203.0.113.${k % 250}`
  const server = `192.0.2.${10 + (k % 20)}`
  const time = new Date(Date.now()).toISOString().slice(0, 19)
  return Buffer.from(
    `<166>${time}Z fw01 : %ASA-6-302013: Built inbound TCP connection ${k} for outside:${client}/${1024 + (k % 60000)} ` +
      `(${client}/${1024 + (k % 60000)}) to dmz:${server}/443 (${server}/443)`,
  )
}

function packet(k: number): Buffer {
  const bytes = Buffer.alloc(24 + 48 * records)
  bytes.writeUInt16BE(5, 0)
  bytes.writeUInt16BE(records, 2)
  bytes.writeUInt32BE(3_600_000, 4)
  bytes.writeUInt32BE(Math.floor(Date.now() / 1000), 8)
  bytes.writeUInt32BE((k * records) >>> 0, 16)
  for (let r = 0; r < records; r++) {
    const at = 24 + 48 * r
    const flow = k * records + (r >> 1)
    const answers = r % 2 === 1
    const client = 0xcb007100 + (flow % 250)
    const server = 0xc000020a + (flow % 20)
    const port = 1024 + (flow % 60_000)
    bytes.writeUInt32BE(answers ? server : client, at)
    bytes.writeUInt32BE(answers ? client : server, at + 4)
    bytes.writeUInt32BE(8, at + 16)
    bytes.writeUInt32BE(4000, at + 20)
    bytes.writeUInt32BE(3_599_000, at + 24)
    bytes.writeUInt32BE(3_599_900, at + 28)
    bytes.writeUInt16BE(answers ? 443 : port, at + 32)
    bytes.writeUInt16BE(answers ? port : 443, at + 34)
    bytes[at + 37] = 0x1b
    bytes[at + 38] = 6
  }
  return bytes
}
