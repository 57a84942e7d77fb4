/**
 * Flow exports of real devices as others decode them: tshark's fields record by record, pmacct's sums, nfdump's rows of the
 * same flows exported in three versions. Each deviation is named with its reason.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventRecord } from '../src/event/record.ts'
import { decodeFile, root } from './decode-fixture.ts'

const data = join(root, '..', 'shared', 'data')
const parsers = join(data, 'real', 'g1_parsers')
const dissected = join(parsers, 'netflow_dat', 'derived_tshark')
const pmacct = join(parsers, 'pmacct')
const lab = join(data, 'lab', 'netflow')

type Fields = Readonly<Record<string, unknown>>
type Flow = Record<'src' | 'dst', string | undefined> &
  Record<'protocol' | 'srcPort' | 'dstPort' | 'packets' | 'bytes' | 'flags' | 'start' | 'duration', number | undefined>

const text = (fields: Fields, name: string) => fields[name] as string | undefined
const number = (fields: Fields, name: string) => (text(fields, name) === undefined ? undefined : Number(fields[name]))
const micros = (time: string) =>
  Math.round(Date.parse(`${time.slice(0, 23)}Z`) * 1000) + Number(time.slice(23, 26) || 0)

/** Every record that tshark calls a flow, with the header of its packet. */
function dissectedFlows(path: string): { flow: Fields; header: Fields }[] {
  const packets = JSON.parse(readFileSync(path, 'utf8')) as { _source: { layers: { cflow?: Fields } } }[]
  const found: { flow: Fields; header: Fields }[] = []
  const walk = (node: unknown, header: Fields): void => {
    if (node === null || typeof node !== 'object') return
    for (const [name, inner] of Object.entries(node)) {
      if (/^(Flow \d+|pdu \d+\/\d+)/.test(name)) found.push({ flow: inner as Fields, header })
      else walk(inner, header)
    }
  }
  for (const { _source } of packets) if (_source.layers.cflow) walk(_source.layers.cflow, _source.layers.cflow)
  return found
}

/** Protocols whose destination port is the ICMP type and code. */
const icmp = new Set([1, 58])
const protocolNumbers = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['tcp', 6],
  ['udp', 17],
  ['gre', 47],
  ['esp', 50],
  ['icmp6', 58],
  ['sctp', 132],
])
const numberOf = (protocol: string | undefined) => protocolNumbers.get(protocol ?? '') ?? Number(protocol)
/** tshark prints IPv6 as inet_ntop does, which is RFC 5952 but for mapped addresses. */
const isNothing = (address: string | undefined) => address === undefined || address === '0.0.0.0' || address === '::'

function expectedOf({ flow, header }: { flow: Fields; header: Fields }): Flow | undefined {
  const six = isNothing(text(flow, 'cflow.srcaddr')) && !isNothing(text(flow, 'cflow.srcaddrv6'))
  const src = text(flow, six ? 'cflow.srcaddrv6' : 'cflow.srcaddr')
  const dst = text(flow, six ? 'cflow.dstaddrv6' : 'cflow.dstaddr')
  const protocol = number(flow, 'cflow.protocol')
  if (src === undefined || dst === undefined || protocol === undefined || (isNothing(src) && isNothing(dst)))
    return undefined
  const own = (name: string) => number(flow, `cflow.${name}`)
  const packets = own('packets') || own('permanent_packets') || own('post_packets') || own('packets')
  const bytes = own('octets') || own('permanent_octets') || own('post_octets') || own('octets')
  // Records of the other direction of a flow, in which nothing came.
  if (packets === 0 && !bytes && own('firewall_event') === undefined) return undefined
  const isPorted = protocol === 6 || protocol === 17 || protocol === 132
  return {
    src,
    dst,
    protocol,
    srcPort: isPorted ? own('srcport') : undefined,
    dstPort: isPorted ? own('dstport') : undefined,
    packets,
    bytes: bytes ?? (packets === undefined ? undefined : 0),
    flags: protocol === 6 ? own('tcpflags') : undefined,
    start: startOf(flow, header),
    duration: durationOf(flow),
  }
}

/** Microseconds; undefined where tshark shows an uptime and the header has none to set it against (IPFIX). */
function startOf(flow: Fields, header: Fields): number | undefined {
  const absolute = text(flow, 'cflow.abstimestart')
  if (absolute !== undefined) return Math.round(Date.parse(absolute.replace(/(\.\d{3})(\d{6})/, '$1')) * 1000)
  const relative = text((flow['cflow.timedelta_tree'] ?? {}) as Fields, 'cflow.timestart')
  if (relative === undefined || header['cflow.sysuptime'] === undefined) return undefined
  if (relative.includes('UTC')) return Math.round(Date.parse(relative.replace(/(\.\d{3})(\d{6})/, '$1')) * 1000)
  const stamp = (header['cflow.timestamp_tree'] ?? {}) as Fields
  const sent = Number(stamp['cflow.unix_secs']) * 1e6 + Math.floor(Number(stamp['cflow.unix_nsecs'] ?? 0) / 1000)
  return sent - Math.round((Number(header['cflow.sysuptime']) - Number(relative)) * 1e6)
}

function durationOf(flow: Fields): number | undefined {
  const told = text(flow, 'cflow.timedelta')
  return told === undefined ? undefined : Math.max(0, Math.round(Number(told) * 1e6))
}

const letters = 'FSRPAUEC'
function shownOf(record: EventRecord): Flow {
  const flags = [...(record.flags ?? '')].reduce((sum, letter) => sum | (1 << letters.indexOf(letter)), 0)
  return {
    src: record.src,
    dst: record.dst,
    protocol: numberOf(record.protocol),
    srcPort: record.srcPort,
    dstPort: record.dstPort,
    packets: record.packetsOut,
    bytes: record.bytesOut,
    flags,
    start: micros(record.time),
    duration: Math.round((record.duration ?? 0) * 1e6),
  }
}

/** What tshark shows otherwise, and why ours is right. */
const deviations: readonly (readonly [file: string, reason: string, fields: readonly string[]])[] = [
  ['invalid02', 'the uptime wrapped between flow and export, which tshark takes for 2^32 ms', ['start', 'duration']],
  [
    'cisco_nbar',
    'the template has a port twice, as that of any protocol and as that of TCP or UDP; tshark shows the last',
    ['srcPort', 'dstPort'],
  ],
  ['h3c', 'tshark gives up at a field of an address with 2 bytes; its length is known all the same', ['count']],
  ['invalid01', "the header counts 2 records of 5; tshark stops there, the packet's length says otherwise", ['count']],
]

if (!existsSync(dissected)) test('NetFlow as tshark decodes it', (t) => t.skip('../shared/data is not there'))
else {
  for (const name of readdirSync(dissected).filter((name) => name.endsWith('.pcap'))) {
    test(`${name}: rows are what tshark decodes`, async () => {
      const flows = dissectedFlows(join(dissected, name.replace(/\.pcap$/, '.tshark.json'))).map(expectedOf)
      const expected = flows.filter((flow) => flow !== undefined)
      const { records, result } = await decodeFile(join(dissected, name))
      assert.equal(result.format, 'netflow-pcap')
      const left = new Set(deviations.filter(([file]) => name.includes(file)).flatMap(([, , fields]) => fields))
      if (left.has('count')) assert.ok(records.length > expected.length)
      else assert.equal(records.length, expected.length, 'as many flows')
      for (const [k, want] of expected.entries()) {
        const got = shownOf(records[k] as EventRecord)
        for (const [field, value] of Object.entries(want)) {
          if (value === undefined || left.has(field)) continue
          assert.equal(got[field as keyof Flow], value, `flow ${k + 1}: ${field}`)
        }
        if (icmp.has(want.protocol as number)) assert.ok(records[k]?.icmpType !== undefined)
      }
    })
  }
}

/** Sums by the five-tuple. */
type Sums = Map<string, { packets: number; bytes: number }>

function add(sums: Sums, key: string, packets: number, bytes: number): void {
  const sum = sums.get(key) ?? { packets: 0, bytes: 0 }
  sums.set(key, { packets: sum.packets + packets, bytes: sum.bytes + bytes })
}

const nameOf = (protocol: string) => (protocol === 'ipv6-icmp' ? 'icmp6' : protocol)

function summed(path: string): Sums {
  const sums: Sums = new Map()
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  for (const line of lines) {
    const row = JSON.parse(line) as Record<'ip_src' | 'ip_dst' | 'ip_proto', string> &
      Record<'port_src' | 'port_dst' | 'packets' | 'bytes', number>
    const key = [row.ip_src, row.port_src, row.ip_dst, row.port_dst, nameOf(row.ip_proto)].join()
    add(sums, key, row.packets, row.bytes)
  }
  return sums
}

/** What pmacct writes otherwise. It puts the type and code of ICMP into the ports, as the exporters do. */
function asPmacct(records: readonly EventRecord[]): Sums {
  const sums: Sums = new Map()
  for (const row of records) {
    const dstPort = row.icmpType === undefined ? (row.dstPort ?? 0) : row.icmpType * 256 + (row.icmpCode ?? 0)
    const key = [row.src, row.srcPort ?? 0, row.dst, dstPort, row.protocol].join()
    add(sums, key, row.packetsOut ?? 0, row.bytesOut ?? 0)
  }
  return sums
}

if (existsSync(pmacct)) {
  for (const folder of readdirSync(pmacct)) {
    test(`pmacct ${folder}: the sums of each five-tuple`, async () => {
      const captures = readdirSync(join(pmacct, folder)).filter((name) => name.endsWith('.pcap'))
      const decoded = await Promise.all(captures.map((name) => decodeFile(join(pmacct, folder, name))))
      const got = asPmacct(decoded.flatMap(({ records }) => records))
      assert.deepEqual([...got].sort(), [...summed(join(pmacct, folder, 'output-flow-00.json'))].sort())
    })
  }
}

/** 2^32 ms: nfdump takes a flow that began before the exporter did for one after its uptime wrapped. */
const wrap = 4294967296e3

/** What all forms of a flow have in common, but for its time. */
function common(record: EventRecord): string {
  const { src, srcPort, dst, dstPort, protocol, icmpType, icmpCode, flags, packetsOut, bytesOut, outcome } = record
  return [src, srcPort, dst, dstPort, protocol, icmpType, icmpCode, flags, packetsOut, bytesOut, outcome].join()
}

/** The flows of one export, sorted. @param shift microseconds that its times are late */
async function labFlows(path: string, shift: number): Promise<{ key: string; time: number }[]> {
  const { records } = await decodeFile(path)
  const flows = records.map((record) => ({ key: common(record), time: micros(record.time) - shift }))
  return flows.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.time - b.time))
}

/** Versions 9 and IPFIX tell the time of export in whole seconds, and nfdump prints these. */
const exactness = 2e6

if (existsSync(lab)) {
  const forms = ['v5.export.pcap', 'v9.export.pcap', 'v10.export.pcap', 'nfdump.csv.gz']
  const names = new Set(readdirSync(lab).map((name) => name.split('.')[0] as string))
  for (const name of names) {
    test(`${name}: the same flows from NetFlow 5, 9, IPFIX and nfdump`, async () => {
      // What could not be exported (IPv6 in version 5) or was not recorded is a capture without packets.
      const paths = forms
        .map((form) => join(lab, `${name}.${form}`))
        .filter((path) => existsSync(path) && statSync(path).size > 24)
      const sets = await Promise.all(paths.map((path) => labFlows(path, path.endsWith('.gz') ? wrap : 0)))
      const [first, ...others] = sets
      assert.ok(first && first.length > 100 && others.length > 0)
      for (const [k, other] of others.entries()) {
        assert.deepEqual(
          other.map(({ key }) => key),
          first.map(({ key }) => key),
          paths[k + 1],
        )
        for (const [n, { time }] of other.entries())
          assert.ok(Math.abs(time - (first[n]?.time ?? 0)) < exactness, first[n]?.key)
      }
    })
  }
}
