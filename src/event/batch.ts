/**
 * The normal form of everything Sweepwatch reads: rows of numbers in typed arrays. This file is the only
 * place where the columns are named; storage, the record form and the tests derive from it.
 *
 * hot: no allocation per event.
 */
import { type TextField, Texts, textBytes } from './texts.ts'

/**
 * What a row is about. Of these the tracker reads those that are contacts between two ends (`isContact`); the others are for
 * detectors of their own. `lease`: who held an address. `finding`: what a vulnerability scanner scanned or found.
 */
export const Subject = {
  contact: 0,
  dns: 1,
  alert: 2,
  http: 3,
  tls: 4,
  ssh: 5,
  auth: 6,
  process: 7,
  finding: 8,
  canary: 9,
  lease: 10,
} as const

export const subjectNames = Object.keys(Subject) as readonly (keyof typeof Subject)[]

/** Whether a row of this subject is itself a contact: a connection that a program made, a touch of a honeypot. */
export function isContact(subject: number): boolean {
  return subject === Subject.contact || subject === Subject.process || subject === Subject.canary
}

/** How a contact was recorded. `packet`: one packet. `flow`: a finished or running connection with its outcome. `log`: one request a device logged. */
export const Kind = { packet: 0, flow: 1, log: 2 } as const

/** How a contact ended, as far as its own row tells. `response` marks a packet that answers an earlier one. */
export const Outcome = { unknown: 0, established: 1, refused: 2, unanswered: 3, blocked: 4, response: 5 } as const

export const outcomeNames = ['unknown', 'established', 'refused', 'unanswered', 'blocked', 'response'] as const

/** Bits of the `marks` column. */
export const Mark = {
  /** IPv4 DF bit was set. */
  dontFragment: 1,
  /** A fragment (any but an atomic one). */
  fragment: 2,
  /** The first fragment was too small to hold the transport header (RFC 1858 tiny fragment). */
  tinyFragment: 4,
  /** Came out of a tunnel (GRE, VXLAN, IP-in-IP …). */
  tunnelled: 8,
  /**
   * The row is the packet *quoted* inside an ICMP error: src, dst and ports are the quoted packet's own (its sender is
   * `src`), `icmpType`/`icmpCode` say the error and `via0..3` who sent it.
   */
  quoted: 16,
  /** Cut short by the snaplen. */
  truncated: 32,
  /** A flow whose beginning was not seen. */
  midstream: 64,
  /** A flow record that covers the reply direction of the connection: src answered dst. */
  reverse: 128,
  /** The flow counts (packets, bytes) are not told by the format. */
  noCounts: 256,
  /** The responder sent payload. */
  replyData: 512,
  /** The originator sent payload. */
  data: 1024,
  /** A log line that shows the TCP header, so that no flags means none were set. */
  flagsTold: 4096,
  /** The TTL or hop limit column is filled. */
  hasTtl: 2048,
  /** A flow record of one direction only, whose other direction comes as a record of its own (NetFlow, VPC flow logs). */
  uniflow: 8192,
  /** What became of a connection whose beginning an earlier row told: not one connection more. */
  again: 16384,
} as const

/** What a firewall did, in the `action` column. */
export const Action = { none: 0, allow: 1, deny: 2, reject: 3 } as const

const columns = {
  /** Microseconds since the Unix epoch (UTC); a fraction holds what remains of nanoseconds. */
  time: Float64Array,
  kind: Uint8Array,
  subject: Uint8Array,
  /** Number of the format in `format/registry.ts` that made the row. */
  format: Uint8Array,
  protocol: Uint8Array,
  outcome: Uint8Array,
  action: Uint8Array,
  /** Source and destination as four big-endian 32-bit words; IPv4 is mapped (0, 0, 0xffff, address). */
  src0: Uint32Array,
  src1: Uint32Array,
  src2: Uint32Array,
  src3: Uint32Array,
  dst0: Uint32Array,
  dst1: Uint32Array,
  dst2: Uint32Array,
  dst3: Uint32Array,
  /** Ports; 0 where the protocol has none. ICMP keeps its identifier in srcPort (echo) so that a reply finds its request. */
  srcPort: Uint16Array,
  dstPort: Uint16Array,
  icmpType: Uint8Array,
  icmpCode: Uint8Array,
  marks: Uint16Array,
  /** TCP flags of the packet, or all flags src sent in a flow; `replyFlags` those of dst in a flow. */
  flags: Uint8Array,
  replyFlags: Uint8Array,
  packetsOut: Uint32Array,
  packetsIn: Uint32Array,
  /** IP bytes, header included. Packets: the packet's length on the wire from the IP header on. */
  bytesOut: Float64Array,
  bytesIn: Float64Array,
  /** Flows: microseconds from first to last packet. */
  duration: Float64Array,
  /** Header evidence of packets and kernel log lines. */
  ttl: Uint8Array,
  ipId: Uint16Array,
  window: Uint16Array,
  seq: Uint32Array,
  ack: Uint32Array,
  /** TCP options in order of appearance, one 4-bit code each (see `packet/tcp-options.ts`), lowest nibble first; 0 = none. */
  tcpOptions: Uint32Array,
  mss: Uint16Array,
  /** Transport payload inside `batch.bytes` (packets only): start, captured length. */
  payload: Uint32Array,
  payloadLength: Uint16Array,
  /** Low 32 bits of the sender's link-layer address (packets over Ethernet); 0 where not told. */
  link: Uint32Array,
  /** Who sent an ICMP error (rows marked `quoted`). */
  via0: Uint32Array,
  via1: Uint32Array,
  via2: Uint32Array,
  via3: Uint32Array,
  /** Dictionary ids of the firewall rule, ACL or log prefix, and of the device that wrote the record; 0 = none. */
  rule: Uint32Array,
  device: Uint32Array,
  /** One packet in so many was looked at; 0 or 1 = all. */
  sampling: Uint32Array,
  /** Severity of an alert or a weakness as output.md counts it: 1 low, 2 medium, 3 high, 4 critical; 0 = not told. */
  severity: Uint8Array,
  /** How many texts the row has (`batch.texts`). */
  texts: Uint8Array,
  /** Input number, byte offset and length of the original record: evidence is a pointer, never a copied line. */
  sensor: Uint16Array,
  offset: Float64Array,
  length: Uint32Array,
} as const

type Columns = { readonly [name in keyof typeof columns]: InstanceType<(typeof columns)[name]> }
export type Column = keyof typeof columns
export const columnNames = Object.keys(columns) as readonly Column[]

const wide = { Float64Array: 8, Uint32Array: 4, Uint16Array: 2, Uint8Array: 1 } as const

const bytesOf = (name: Column) => wide[columns[name].name as keyof typeof wide]

const columnBytes = columnNames.reduce((sum, name) => sum + bytesOf(name), 0)

/** Bytes of a batch of `capacity` rows, texts included. */
export function batchBytes(capacity: number): number {
  return columnBytes * capacity + textBytes(capacity)
}

function storage(capacity: number, given?: SharedArrayBuffer): { buffer: ArrayBufferLike; column: Columns } {
  const order = [...columnNames].sort((a, b) => bytesOf(b) - bytesOf(a))
  const buffer = given ?? new ArrayBuffer(batchBytes(capacity))
  const column: Record<string, unknown> = {}
  let at = 0
  for (const name of order) {
    column[name] = new columns[name](buffer as ArrayBuffer, at, capacity)
    at += bytesOf(name) * capacity
  }
  // The copy has a fixed shape; an object filled by computed keys is a hash table to V8, and every column access a look-up.
  return { buffer, column: { ...(column as Columns) } }
}

/** Columns that decoders may leave alone. They are cleared for all rows of a batch at once: that is a fraction of the cost. */
const cleared: readonly Column[] = [
  'kind',
  'subject',
  'outcome',
  'action',
  'srcPort',
  'dstPort',
  'icmpType',
  'icmpCode',
  'marks',
  'flags',
  'replyFlags',
  'packetsIn',
  'bytesOut',
  'bytesIn',
  'duration',
  'ttl',
  'ipId',
  'window',
  'seq',
  'ack',
  'tcpOptions',
  'mss',
  'payloadLength',
  'rule',
  'device',
  'sampling',
  'severity',
  'texts',
  'link',
]

/**
 * Not a power of two: columns of 4096 rows would begin at the same places of the cache's sets, and push each other out; decoding
 * took twice as long (bench/netflow-sources.ts).
 */
const usualCapacity = 4088

/** A bounded run of rows. Decoders fill it, the tracker reads it, then it is cleared and used again. */
export class EventBatch {
  readonly capacity: number
  readonly buffer: ArrayBufferLike
  readonly column: Columns
  /** Names, signatures, queries and other text of the rows. */
  readonly texts: Texts
  length = 0
  /** The columns that a row begins with zeros in, and how many rows were handed over since they were cleared. */
  readonly #cleared: readonly Columns[Column][]
  #used = 0

  /** The chunk of input the rows point into (payloads, texts); valid until the batch is cleared. */
  get bytes(): Uint8Array {
    return this.texts.bytes
  }

  set bytes(bytes: Uint8Array) {
    this.texts.bytes = bytes
  }

  /** When a live record arrived, in microseconds; 0 for records that were kept. For those that tell no time of their own. */
  arrival = 0
  /** Number of the format that is decoding; stamped on each row by `begin`. */
  format = 0
  /** Where the record being decoded stands in the input; set by the framing, stamped on each row by `begin`. */
  sensor = 0
  recordOffset = 0
  recordLength = 0
  /** Records that the input says are missing from it; added to by decoders, taken by the framing. */
  lost = 0
  /** Why the last record was malformed; set by the decoder that says so. */
  reason = ''

  /**
   * @param capacity rows; a multiple of 8 keeps every column aligned
   * @param shared `batchBytes(capacity)` bytes that other threads see as well
   */
  constructor(capacity = usualCapacity, shared?: SharedArrayBuffer) {
    if (capacity % 8 !== 0) throw new RangeError('capacity must be a multiple of 8')
    this.capacity = capacity
    const { buffer, column } = storage(capacity, shared)
    this.buffer = buffer
    this.column = column
    this.#cleared = cleared.map((name) => column[name])
    this.texts = new Texts(buffer, columnBytes * capacity, capacity)
  }

  /**
   * Gives row `i` a text that stands in `bytes[from, to)` as it is. Nothing is copied where `bytes` are the batch's own.
   * Empty texts, texts beyond the row's last place and what is beyond 4 KiB are left out.
   */
  text(i: number, field: TextField, bytes: Uint8Array, from: number, to: number): void {
    if (this.texts.add(i, this.column.texts[i]!, field, bytes, from, to, false)) this.column.texts[i]!++
  }

  /** The same where the text is written with JSON's escapes (without its quotes). */
  jsonText(i: number, field: TextField, bytes: Uint8Array, from: number, to: number): void {
    if (this.texts.add(i, this.column.texts[i]!, field, bytes, from, to, true)) this.column.texts[i]!++
  }

  /** Gives row `i` a text that was made, not found. Cold: for formats whose records are objects anyway. */
  put(i: number, field: TextField, text: string): void {
    if (this.texts.put(i, this.column.texts[i]!, field, text)) this.column.texts[i]!++
  }

  /** Row `i`'s text, '' where it has none. Cold: makes a string. */
  textOf(i: number, field: TextField): string {
    return this.texts.read(i, this.column.texts[i]!, field)
  }

  /** Finds row `i`'s text without making a string: `texts.span`, `texts.from` and `texts.to` then say where it stands. */
  findText(i: number, field: TextField): boolean {
    return this.texts.find(i, this.column.texts[i]!, field)
  }

  /** True when rows should be handed on before more are added: the room for made texts runs out. */
  get isCrowded(): boolean {
    return this.texts.isCrowded
  }

  /** Opens the next row, in which every column that decoders may leave alone is zero, and returns its index. */
  begin(): number {
    const i = this.length++
    const c = this.column
    c.sensor[i] = this.sensor
    c.offset[i] = this.recordOffset
    c.length[i] = this.recordLength
    c.format[i] = this.format
    c.packetsOut[i] = 1
    return i
  }

  /** Takes back the row that `begin` opened last. */
  undo(): void {
    this.length--
    for (const column of this.#cleared) column[this.length] = 0
  }

  /** Rows begin with zeros from here on. */
  clear(): void {
    const used = Math.max(this.length, this.#used)
    for (const column of this.#cleared) column.fill(0, 0, used)
    this.#used = 0
    this.length = 0
    this.texts.clear()
  }

  /** Begins anew but leaves the rows as they are, for another thread that reads them; `clear` is then due before the next. */
  handOver(): void {
    this.#used = Math.max(this.length, this.#used)
    this.length = 0
  }
}
