import { tcp } from './traffic.ts'

/** Byte lengths of the pcap file header and record header (draft-ietf-opsawg-pcap), and of Ethernet + IPv4. */
export const fileHeader = 24
export const recordHeader = 16
const ethernet = 14
const ip = 20

export function writeFileHeader(view: DataView, at: number, snaplen: number): void {
  view.setUint32(at, 0xa1b2c3d4, true)
  view.setUint16(at + 4, 2, true)
  view.setUint16(at + 6, 4, true)
  view.setUint32(at + 16, snaplen, true)
  view.setUint32(at + 20, 1, true)
}

/** One packet; written over and over, so that nothing is allocated. `options` adds the 20 bytes a modern SYN carries. */
export const packet = {
  time: 0,
  source: 0,
  target: 0,
  sourcePort: 0,
  targetPort: 0,
  protocol: tcp,
  flags: 0,
  seq: 0,
  ack: 0,
  id: 0,
  ttl: 64,
  payload: 0,
  options: false,
}

const synOptions = [0x020405b4, 0x0402080a, 0x00112233, 0, 0x01030307]

/** Captured length of `packet` under a snaplen. */
export function capturedLength(snaplen: number): number {
  return Math.min(snaplen, ethernet + ip + transportLength() + packet.payload)
}

function transportLength(): number {
  return packet.protocol === tcp ? (packet.options ? 40 : 20) : 8
}

/** Writes record header and frame at `at`; the payload bytes are left as they are. */
export function writePacket(view: DataView, at: number, captured: number): void {
  const wire = ethernet + ip + transportLength() + packet.payload
  const seconds = Math.floor(packet.time / 1e6)
  view.setUint32(at, seconds, true)
  view.setUint32(at + 4, packet.time - seconds * 1e6, true)
  view.setUint32(at + 8, captured, true)
  view.setUint32(at + 12, wire, true)
  const frame = at + recordHeader
  view.setUint32(frame, 0x02000000)
  view.setUint32(frame + 4, 0x00010200)
  view.setUint32(frame + 8, 0x00000002)
  view.setUint16(frame + 12, 0x0800)
  writeIp(view, frame + ethernet, wire - ethernet)
  if (packet.protocol === tcp) writeTcp(view, frame + ethernet + ip)
  else writeUdp(view, frame + ethernet + ip)
}

function writeIp(view: DataView, at: number, length: number): void {
  view.setUint32(at, 0x45000000 | length)
  view.setUint32(at + 4, (packet.id << 16) | 0x4000)
  view.setUint32(at + 8, (packet.ttl << 24) | (packet.protocol << 16))
  view.setUint32(at + 12, packet.source)
  view.setUint32(at + 16, packet.target)
}

function writeTcp(view: DataView, at: number): void {
  view.setUint32(at, (packet.sourcePort << 16) | packet.targetPort)
  view.setUint32(at + 4, packet.seq)
  view.setUint32(at + 8, packet.ack)
  view.setUint32(at + 12, ((packet.options ? 10 : 5) << 28) | (packet.flags << 16) | 0xfaf0)
  view.setUint32(at + 16, 0)
  if (packet.options) for (let i = 0; i < 5; i++) view.setUint32(at + 20 + 4 * i, synOptions[i] as number)
}

function writeUdp(view: DataView, at: number): void {
  view.setUint32(at, (packet.sourcePort << 16) | packet.targetPort)
  view.setUint32(at + 4, (8 + packet.payload) << 16)
}
