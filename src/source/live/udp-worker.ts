/** A thread that does nothing but take datagrams from a socket and lay them into memory it shares, so that none is lost. */
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { now } from '../../base/clock.ts'
import { DatagramFrame, packetHead, recordHead } from './datagram-frame.ts'
import type { FromUdp, ToUdp, UdpTask } from './udp.ts'

const { host, port, framing, slots, bufferBytes, reuse } = workerData as UdpTask
const buffers = slots.map((slot) => new Uint8Array(slot))
const free = buffers.map((_, index) => index)
/** A slot is handed on when it is full, or this many milliseconds after its first datagram. */
const patience = 10
const largest = 65_535 + recordHead + packetHead
const framer = new DatagramFrame(port)

let current = free.pop() as number
let filled = 0
/** Datagrams that found no free slot: whoever decodes is too slow. */
let dropped = 0
let timer: NodeJS.Timeout | undefined

const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', reusePort: reuse, recvBufferSize: bufferBytes })
const say = (message: FromUdp) => parentPort?.postMessage(message)

function handOn(): void {
  clearTimeout(timer)
  timer = undefined
  if (filled === 0 || current < 0) return
  say({ kind: 'slot', index: current, length: filled })
  filled = 0
  current = free.pop() ?? -1
}

socket.on('message', (message, sender) => {
  if (current < 0) current = free.pop() ?? -1
  if (current < 0) {
    dropped++
    return
  }
  const slot = buffers[current] as Uint8Array
  filled = framing === 'line' ? line(message, slot) : packet(message, slot, sender.address, sender.port)
  if (slot.length - filled < largest) handOn()
  else timer ??= setTimeout(handOn, patience)
})

/** One datagram, one line: line breaks inside it become blanks, those at its end are left out. */
function line(message: Buffer, slot: Uint8Array): number {
  let end = message.length
  while (end > 0 && (message[end - 1] === 10 || message[end - 1] === 13 || message[end - 1] === 0)) end--
  for (let at = message.indexOf(10); at >= 0 && at < end; at = message.indexOf(10, at + 1)) message[at] = 32
  slot.set(message, filled)
  slot[filled + end] = 10
  return filled + end + 1
}

/** A record of a capture file: what was received as if it had been captured (link type RAW). */
function packet(message: Buffer, slot: Uint8Array, address: string, from: number): number {
  return framer.write(slot, filled, message, address, from, now() / 1000)
}

/** The kernel's own count of datagrams it had no room for (proc(5), /proc/net/udp, last column). */
function kernelDrops(): number {
  const hex = socket.address().port.toString(16).toUpperCase().padStart(4, '0')
  let sum = 0
  for (const table of ['/proc/net/udp', '/proc/net/udp6']) {
    try {
      for (const row of readFileSync(table, 'latin1').split('\n')) {
        const cells = row.trim().split(/\s+/)
        if (cells[1]?.endsWith(`:${hex}`)) sum += Number(cells[12])
      }
    } catch {
      // Only Linux tells.
    }
  }
  return sum
}

const tell = () => say({ kind: 'losses', dropped, kernel: kernelDrops() })
const losses = setInterval(tell, 1000)

parentPort?.on('message', (message: ToUdp) => {
  if (message.kind === 'free') free.push(message.index)
  else {
    clearInterval(losses)
    handOn()
    tell()
    socket.close(() => {
      say({ kind: 'closed' })
      parentPort?.close()
    })
  }
})

socket.on('error', (error) => say({ kind: 'error', message: error.message }))
socket.bind(port, host, () => say({ kind: 'listening', port: socket.address().port }))
