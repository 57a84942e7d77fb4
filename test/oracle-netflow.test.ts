/**
 * Flow exports of real devices as others decode them: tshark's fields record by record, pmacct's sums, nfdump's rows of the
 * same flows exported in three versions. Each deviation is named with its reason.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
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
type Flow = Record<string, string | number | undefined>

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
const deviations: readonly (readonly [file: string, reason: string, fields: readonly string[]])[] = []

if (!existsSync(dissected)) test('NetFlow as tshark decodes it', (t) => t.skip('../shared/data is not there'))
else {
  for (const name of readdirSync(dissected).filter((name) => name.endsWith('.pcap'))) {
    test(`${name}: rows are what tshark decodes`, async () => {
      const flows = dissectedFlows(join(dissected, name.replace(/\.pcap$/, '.tshark.json'))).map(expectedOf)
      const expected = flows.filter((flow) => flow !== undefined)
      const { records, result } = await decodeFile(join(dissected, name))
      assert.equal(result.format, 'netflow-pcap')
      assert.equal(records.length, expected.length, 'as many flows')
      const left = new Set(deviations.filter(([file]) => name.includes(file)).flatMap(([, , fields]) => fields))
      for (const [k, want] of expected.entries()) {
        const got = shownOf(records[k] as EventRecord)
        for (const [field, value] of Object.entries(want)) {
          if (value === undefined || left.has(field)) continue
          assert.equal(got[field], value, `flow ${k + 1}: ${field}`)
        }
        if (icmp.has(want['protocol'] as number)) assert.ok(records[k]?.icmpType !== undefined)
      }
    })
  }
}
