import { Random } from '../random.ts'
import { Agenda } from './agenda.ts'
import type { Output } from './output.ts'
import { capturedLength, fileHeader, packet, recordHeader, writeFileHeader, writePacket } from './packet.ts'
import { Ending, type Traffic, tcp, udp } from './traffic.ts'

const snaplen = 96
const capacity = 1 << 17
const [syn, synAck, ack, pushAck, finAck, rstAck] = [0x02, 0x12, 0x10, 0x18, 0x11, 0x14]

/** Conversations under way, one slot each. `step` is the next packet's place in the conversation. */
const open = {
  source: new Uint32Array(capacity),
  target: new Uint32Array(capacity),
  ports: new Uint32Array(capacity),
  seq: new Uint32Array(capacity),
  step: new Uint8Array(capacity),
  data: new Uint8Array(capacity),
  kind: new Uint8Array(capacity),
}
const kinds = { answered: 0, refused: 1, silent: 2, udp: 3 } as const
/** Mean packets of a conversation in this mix (measured); sets the arrival rate so that `count` packets fill about an hour. */
const packetsEach = 7.7

/** Writes `count` packets of interleaved conversations: handshakes 20 to 80 ms, think times of seconds, SYNs sent again. */
export function writePcap(output: Output, traffic: Traffic, count: number, start: number): void {
  const random = new Random(20261122)
  const agenda = new Agenda(capacity)
  const free = Uint32Array.from({ length: capacity }, (_, i) => i)
  const gap = (3600e6 * packetsEach) / count
  writeFileHeader(output.view, output.reserve(fileHeader), snaplen)
  let arrival = start
  for (let written = 0; written < count; written++) {
    let slot: number
    if (arrival < agenda.nextTime && agenda.length < capacity) {
      slot = free[capacity - 1 - agenda.length] as number
      packet.time = Math.floor(arrival)
      begin(slot, traffic, random)
      arrival += random.exponential(gap)
    } else {
      packet.time = Math.floor(agenda.nextTime)
      slot = agenda.pop()
    }
    const wait = speak(slot, random)
    const captured = capturedLength(snaplen)
    writePacket(output.view, output.reserve(recordHeader + captured), captured)
    if (wait > 0) agenda.push(packet.time + wait, slot)
    else free[capacity - 1 - agenda.length] = slot
  }
}

function begin(slot: number, traffic: Traffic, random: Random): void {
  traffic.next()
  open.source[slot] = traffic.source
  open.target[slot] = traffic.target
  open.ports[slot] = (traffic.sourcePort << 16) | traffic.targetPort
  open.seq[slot] = random.word()
  open.step[slot] = 0
  open.data[slot] = 1 + random.below(6)
  const ended = traffic.ending
  const answered = traffic.protocol === tcp ? kinds.answered : kinds.udp
  open.kind[slot] = ended === Ending.established ? answered : ended === Ending.refused ? kinds.refused : kinds.silent
}

/** Fills `packet` with the slot's next packet. Returns microseconds until the one after it, 0 when this was the last. */
function speak(slot: number, random: Random): number {
  const step = open.step[slot]++
  const roundTrip = 20000 + random.below(60000)
  switch (open.kind[slot]) {
    case kinds.silent:
      say(slot, false, syn, 0, 1)
      return step < random.below(3) ? 1e6 * 2 ** step : 0
    case kinds.refused:
      if (step === 0) say(slot, false, syn, 0, 1)
      else say(slot, true, rstAck, 0, 1)
      return step === 0 ? roundTrip : 0
    case kinds.udp:
      say(slot, step === 1, 0, step === 0 ? 40 : 120, 1)
      packet.protocol = udp
      return step === 0 ? roundTrip : 0
    default:
      return converse(slot, step, roundTrip, random)
  }
}

/** SYN, SYN-ACK, ACK, data both ways, FIN, FIN, ACK. */
function converse(slot: number, step: number, roundTrip: number, random: Random): number {
  const data = open.data[slot] as number
  if (step < 3) {
    say(slot, step === 1, step === 0 ? syn : step === 1 ? synAck : ack, 0, step)
    return roundTrip
  }
  if (step < 3 + data) {
    const reply = step % 2 === 0
    say(slot, reply, pushAck, reply ? 1448 : 300, step)
    return roundTrip + random.exponential(4e6)
  }
  say(slot, step === 4 + data, step === 5 + data ? ack : finAck, 0, step)
  return step < 5 + data ? roundTrip : 0
}

function say(slot: number, reply: boolean, flags: number, payload: number, step: number): void {
  const ports = open.ports[slot] as number
  packet.source = (reply ? open.target : open.source)[slot] as number
  packet.target = (reply ? open.source : open.target)[slot] as number
  packet.sourcePort = reply ? ports & 0xffff : ports >>> 16
  packet.targetPort = reply ? ports >>> 16 : ports & 0xffff
  packet.protocol = tcp
  packet.flags = flags
  packet.options = (flags & syn) !== 0
  packet.payload = payload
  packet.ttl = reply ? 64 : 52
  packet.id = (open.seq[slot]! + step) & 0xffff
  const isn = open.seq[slot] as number
  const turns = Math.max(0, step - 3)
  const fromClient = isn + 1 + 300 * ((turns + 1) >> 1)
  const fromServer = (isn ^ 0x5a5a5a5a) + 1 + 1448 * (turns >> 1)
  const opening = packet.options ? 1 : 0
  packet.seq = (reply ? fromServer : fromClient) - opening
  packet.ack = flags === syn ? 0 : reply ? fromClient : fromServer
}
