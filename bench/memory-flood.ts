/**
 * `node bench/memory-flood.ts [PACKETS [PACKETS-A-SOURCE]]`: streams SYNs from spoofed, ever new sources into
 * `sweepwatch analyze -` with one real scanner inside (one probe in 10,000 packets, over a /24) and some ordinary
 * clients, and says how much memory it took and whether the scanner was found. Exit code 1 when it was not, or when spoofed sources were accused. Linux only (/proc).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capturedLength, fileHeader, packet, recordHeader, writeFileHeader, writePacket } from './generate/packet.ts'
import { Random } from './random.ts'

const packets = Number(process.argv[2] ?? 100_000_000)
const packetsASource = Number(process.argv[3] ?? 1)
const probeEvery = 10_000
const handshakeEvery = 50
const snaplen = 96
const [syn, synAck, ack] = [0x02, 0x12, 0x10]
/** 198.18.0.0/20 is flooded; the scanner, 203.0.113.99, walks 198.18.7.0/24. */
const ourNet = 0xc6120000
const clientNet = 0x40000000
const scanned = 0xc6120700
const scanner = 0xcb007163
const scannerText = '203.0.113.99'
const packetsPerSecond = 100_000
const start = Date.UTC(2026, 10, 22) * 1000

/** Fills `packet` with number `i`: a probe of the scanner, a step of a client's handshake, or a SYN of a spoofed source. */
function next(i: number, random: Random): void {
  packet.time = start + Math.floor((i * 1e6) / packetsPerSecond)
  packet.flags = syn
  packet.sourcePort = 1024 + random.below(60000)
  packet.targetPort = 80
  packet.seq = random.word()
  packet.id = random.below(65536)
  packet.ttl = 40 + random.below(24)
  if (i % probeEvery === probeEvery - 1) probe(Math.floor(i / probeEvery))
  else if (i % handshakeEvery < 3) shake(Math.floor(i / handshakeEvery), i % handshakeEvery)
  else {
    packet.source = spoofed(Math.floor(i / packetsASource))
    packet.target = ourNet + random.below(4096)
  }
}

function probe(turn: number): void {
  packet.source = scanner
  packet.target = scanned + ((turn * 37) & 255)
  packet.targetPort = 22 + (turn >> 8)
}

/** Step 0 to 2 of a handshake of one of 5000 clients with one of 1024 web servers: the capture does show answers. */
function shake(turn: number, step: number): void {
  const client = clientNet + (turn % 5000)
  const server = ourNet + ((turn * 7) & 1023)
  const port = 10000 + (turn % 50000)
  packet.flags = step === 0 ? syn : step === 1 ? synAck : ack
  packet.source = step === 1 ? server : client
  packet.target = step === 1 ? client : server
  packet.sourcePort = step === 1 ? 443 : port
  packet.targetPort = step === 1 ? port : 443
}

/** A walk through 16.0.0.0/4 … 31.255.255.255 by an odd multiplier: 268 million sources, none twice. */
function spoofed(n: number): number {
  return 0x10000000 + (Math.imul(n, 0x9e3779b1) & 0xfffffff)
}

/** Peak resident memory in KiB, the largest of the process and its children (the bin may start the pinned Node). */
function peak(pid: number): number {
  const folder = `/proc/${pid}`
  if (!existsSync(folder)) return 0
  try {
    const own = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1] ?? 0)
    const children = readFileSync(`${folder}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
    return Math.max(own, ...children.map((child) => peak(Number(child))))
  } catch {
    return 0
  }
}

async function feed(pipe: NodeJS.WritableStream): Promise<void> {
  const random = new Random(7)
  const chunkSize = 1 << 20
  let chunk = Buffer.alloc(chunkSize)
  let view = new DataView(chunk.buffer)
  writeFileHeader(view, 0, snaplen)
  let at = fileHeader
  for (let i = 0; i < packets; i++) {
    next(i, random)
    const captured = capturedLength(snaplen)
    if (at + recordHeader + captured > chunkSize) {
      if (!pipe.write(chunk.subarray(0, at))) await once(pipe, 'drain')
      chunk = Buffer.alloc(chunkSize)
      view = new DataView(chunk.buffer)
      at = 0
    }
    writePacket(view, at, captured)
    at += recordHeader + captured
  }
  pipe.end(chunk.subarray(0, at))
}

const command = [
  join(import.meta.dirname, '..', 'bin', 'sweepwatch'),
  'analyze',
  '--json',
  '--net',
  '198.18.0.0/20',
  '-',
]
const begun = process.hrtime.bigint()
const child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    child.kill()
    process.exit(1)
  })
}
let most = 0
const watch = setInterval(() => (most = Math.max(most, peak(child.pid ?? 0))), 50)
const lines: string[] = []
child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text))
child.stdin.on('error', () => child.stdin.destroy())
const exited = once(child, 'close')
feed(child.stdin).catch(() => child.stdin.destroy())
const [code] = await exited
clearInterval(watch)

const scans = lines
  .join('')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
  .filter((found) => found.type === 'scan')
const accused = new Set<string>(scans.flatMap((scan) => scan.sources))
const report = {
  packets,
  packetsASource,
  seconds: Number(process.hrtime.bigint() - begun) / 1e9,
  exitCode: code,
  peakMiB: Math.round(most / 1024),
  scannerFound: accused.has(scannerText),
  spoofedAccused: accused.size - Number(accused.has(scannerText)),
}
console.log(JSON.stringify(report))
if (code !== 0 || !report.scannerFound || report.spoofedAccused > 0) process.exitCode = 1
