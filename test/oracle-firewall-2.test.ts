/**
 * Firewall, login and lease formats against what other parsers expect of the same lines: CrowdSec's hub (its assertions, field by
 * field) and Wazuh's rule tests. Where we differ it is on purpose, and `deviations` says why.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventRecord } from '../src/event/record.ts'
import { type Decoded, decodeAll, decodeFile, inputOf, root } from './decode-fixture.ts'

const real = join(root, '..', 'shared', 'data', 'real', 'g1_parsers')
const hub = join(real, 'crowdsec_hub')
const wazuh = join(real, 'wazuh_ini')
const skip = existsSync(hub) ? false : '../shared/data is not there'

type Field = (record: EventRecord) => string | undefined
const text = (value: string | number | undefined) => (value === undefined ? undefined : String(value))

/** The hub's names for what we have in a record. Names that are not here say nothing of the line (its text, the file it was in). */
const fields: Readonly<Record<string, Field>> = {
  source_ip: ({ src }) => src,
  src_ip: ({ src }) => src,
  sshd_client_ip: ({ src }) => src,
  dst_ip: ({ dst }) => dst,
  src_port: ({ srcPort }) => text(srcPort),
  dst_port: ({ dstPort }) => text(dstPort),
  proto: ({ protocol }) => protocol?.toUpperCase(),
  user: ({ user }) => user,
  username: ({ user }) => user,
  target_user: ({ user }) => user,
  sshd_invalid_user: ({ user }) => user,
  reason: ({ reason }) => reason,
  tunnel_type: ({ process }) => process,
  machine: ({ sensor }) => sensor,
  program: ({ process }) => process,
  tag: ({ rule }) => rule,
  length: ({ bytesOut }) => text(bytesOut),
}

interface Deviation {
  readonly sample: string
  readonly field: string
  readonly theirs: RegExp
  readonly why: string
}

const deviations: readonly Deviation[] = [
  { sample: 'fortinet-vpn-bf', field: 'target_user', theirs: /^N\/A$/, why: 'N/A is what FortiOS writes for no user' },
  { sample: 'fortinet-vpn-bf', field: 'program', theirs: /^fortinet$/, why: 'a name that the hub gives to the log' },
  { sample: 'mikrotik-logs', field: 'program', theirs: /^mikrotik$/, why: 'a name that the hub gives to the log' },
  { sample: 'unifi-logs', field: 'program', theirs: /^kernel$/, why: 'a packet has no process' },
  {
    sample: 'unifi-logs',
    field: 'length',
    theirs: /^102$/,
    why: "theirs is UDP's length, the last on the line; ours is IP's",
  },
  { sample: 'unifi-logs', field: 'machine', theirs: /^UDMP-DTC$/, why: 'kernel-log names no device' },
]

interface Expected {
  readonly parser: string
  readonly index: number
  readonly field: string
  readonly value: string
}

const assertion =
  /^results\["s01-parse"\]\["([^"]+)"\]\[(\d+)\]\.Evt\.(?:Parsed|Meta)\["([^"]+)"\] == ("(?:[^"\\]|\\.)*")$/

function expectations(sample: string): Expected[] {
  return readFileSync(join(hub, sample, 'parser.assert'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const found = assertion.exec(line)
      if (!found) return []
      const [, parser, index, field, value] = found as unknown as [string, string, string, string, string]
      return [{ parser, index: Number(index), field, value: JSON.parse(value) as string }]
    })
}

function decodeSample(sample: string, format?: string): Promise<Decoded> {
  return decodeFile(join(hub, sample, `${sample}.log`), format)
}

/** Compares each assertion of the parsers with the record of the same line. @returns how many were compared */
function compare(sample: string, records: readonly EventRecord[], parsers: readonly string[]): number {
  const used = new Set<Deviation>()
  let compared = 0
  for (const { index, field, value } of expectations(sample).filter(({ parser }) => parsers.includes(parser))) {
    const ours = fields[field]?.(records[index] as EventRecord)
    if (fields[field] === undefined || ours === value) {
      if (fields[field] !== undefined) compared++
      continue
    }
    const known = deviations.find((one) => one.sample === sample && one.field === field && one.theirs.test(value))
    assert.ok(known, `${sample} line ${index + 1}: ${field} is ${ours}, they have ${value}`)
    used.add(known)
  }
  const stale = deviations.filter((one) => one.sample === sample && !used.has(one) && !unifiSsh.has(one.field + sample))
  if (parsers.length > 0) assert.deepEqual(stale, [], 'deviations that are none')
  return compared
}

/** Fields of a sample whose lines two formats read. */
const unifiSsh: ReadonlySet<string> = new Set(['programunifi-logs', 'lengthunifi-logs', 'machineunifi-logs'])

test('mikrotik: packets and a login of the hub, field by field', { skip }, async () => {
  const { records, result } = await decodeSample('mikrotik-logs')
  assert.equal(result.format, 'mikrotik')
  // The hub's third line is a login, which its assertions know by the same number.
  assert.ok(compare('mikrotik-logs', records, ['a1ad/mikrotik-logs']) > 30)
  assert.equal(records[2]?.kind, 'auth')
})

test('fortigate: failed logins to the SSL VPN', { skip }, async () => {
  const { records, result } = await decodeSample('fortinet-vpn-bf')
  assert.equal(result.format, 'fortigate')
  assert.ok(compare('fortinet-vpn-bf', records, ['crowdsecurity/fortinet-logs']) > 20)
  for (const record of records) assert.equal(record.outcome, 'refused')
  // date and time say 13:46:40 at -0700; eventtime says the same instant.
  assert.equal(records[0]?.time, '2024-10-14T20:46:40.841267Z')
})

test('sshd: OPNsense (RFC 5424) and UniFi OS (its name twice)', { skip }, async () => {
  const opnsense = await decodeSample('opnsense-sshd')
  assert.equal(opnsense.result.format, 'sshd')
  assert.ok(compare('opnsense-sshd', opnsense.records, ['crowdsecurity/sshd-logs']) > 40)
  const unifi = (await decodeSample('unifi-logs')).records
  const logins = unifi.filter(({ format }) => format === 'sshd')
  assert.equal(logins.length, 1)
  assert.ok(compare('unifi-logs', logins, ['crowdsecurity/sshd-logs']) > 4)
})

test('kernel-log reads the packets of UniFi OS: no format of its own is needed', { skip }, async () => {
  const packets = (await decodeSample('unifi-logs')).records.filter(({ format }) => format === 'kernel-log')
  assert.ok(compare('unifi-logs', packets, ['crowdsecurity/iptables-logs']) > 10)
  assert.deepEqual(
    packets.map(({ action }) => action),
    ['deny', 'deny', 'allow'],
  )
})

test('filterlog: logins to the web interface, field by field', { skip }, async () => {
  const { records, result } = await decodeSample('pfsense-gui-auth')
  assert.equal(result.tally.events, 9)
  assert.ok(compare('pfsense-gui-auth', records, ['crowdsecurity/pfsense-gui-logs']) > 40)
})

test('filterlog: the hub asserts nothing of packets; each field is in its place in the line', { skip }, async () => {
  for (const sample of ['pf-scan-multi-port', 'pfsense-rfc5424-filterlog']) {
    const { records, result } = await decodeSample(sample)
    assert.equal(result.format, 'filterlog')
    assert.equal(result.tally.malformed, 0)
    const lines = readFileSync(join(hub, sample, `${sample}.log`), 'latin1')
      .split('\n')
      .filter((line) => line.includes('filterlog'))
    assert.equal(records.length, lines.length)
    lines.forEach((line, k) => {
      const csv = /filterlog(?:\[\d+\])?:? (?:\d+ - - )?(.*)$/.exec(line)?.[1]?.split(',') as string[]
      const isV6 = csv[8] === '6'
      const at = isV6 ? 15 : 18
      const { src, dst, srcPort, dstPort, ttl, flags, rule, bytesOut } = records[k] as EventRecord
      const ours = [src, dst, srcPort, dstPort, flags, rule, ttl, (bytesOut as number) - (isV6 ? 40 : 0)].map(String)
      const theirs = [...csv.slice(at, at + 4), csv[at + 5], csv[3], csv[11], csv[at - 1]].map(String)
      assert.deepEqual(ours, theirs, line)
    })
  }
})

test("filterlog and sshd: the hub's scenarios name the sources that we name", { skip }, async () => {
  for (const [sample, source] of [
    ['pf-scan-multi-port', '10.0.2.2'],
    ['ssh-bf', '35.188.49.176'],
    ['ssh-slow-bf', '103.100.210.198'],
  ] as const) {
    const { records } = await decodeSample(sample)
    assert.deepEqual([...new Set(records.map(({ src }) => src))], [source])
    for (const { outcome } of records) assert.equal(outcome, sample === 'pf-scan-multi-port' ? 'blocked' : 'refused')
  }
})

/** The lines of one of Wazuh's rule tests, without those that a person cut short with dots. */
function wazuhLines(name: string): string[] {
  return readFileSync(join(wazuh, `${name}.ini`), 'latin1')
    .split('\n')
    .flatMap((line) => /^log \d+ (?:pass|fail) = {1,2}(.*)$/.exec(line)?.[1] ?? [])
}

async function decodeLine(line: string, format: string): Promise<Decoded> {
  return decodeAll(inputOf(new Uint8Array(Buffer.from(`${line}\n`, 'latin1'))), name, format)
}

const name = 'wazuh'
const quoted = (line: string, key: string, equal = '=') =>
  new RegExp(`[ ;]${key}${equal}"([^"]*)"`).exec(line)?.[1] as string

test("juniper-srx: Wazuh's lines, field by field", { skip }, async () => {
  const lines = wazuhLines('junos')
  const seen: string[] = []
  for (const line of lines) {
    const { records, result } = await decodeLine(line, 'juniper-srx')
    const record = records[0]
    if (!record) {
      // A failed reverse path of multicast is nobody's contact.
      assert.match(line, /FLOW_MCAST_RPF_FAIL/)
      assert.equal(result.tally.ignored, 1)
      continue
    }
    seen.push(record.kind)
    assert.equal(record.src, quoted(line, 'source-address'))
    assert.equal(record.dst, quoted(line, 'destination-address'))
    assert.equal(record.protocol, 'udp')
    assert.equal(record.sensor, /Z (\S+) RT_/.exec(line)?.[1])
    if (record.kind === 'alert') assert.equal(record.signature?.name, quoted(line, 'attack-name'))
    else assert.equal(record.rule, quoted(line, 'policy-name'))
    assert.equal(record.outcome, 'blocked')
  }
  assert.deepEqual(seen.sort(), ['alert', 'contact'])
})

test("check-point: Wazuh's lines, field by field", { skip }, async () => {
  const kinds = new Map<string, string>()
  for (const line of wazuhLines('checkpoint_smart1')) {
    const action = quoted(line.replace('[', ' '), 'action', ':')
    const { records, result } = await decodeLine(line, 'check-point')
    const record = records[0]
    const unread = result.tally.malformed > 0 ? 'malformed' : 'ignored'
    kinds.set(action, record ? `${record.kind} ${record.action ?? ''}` : unread)
    if (!record) continue
    assert.equal(record.src, quoted(line, 'src', ':'))
    assert.equal(record.dst, quoted(line, 'dst', ':'))
    assert.equal(record.srcPort, Number(quoted(line, 's_port', ':')))
    assert.equal(record.dstPort, Number(quoted(line, 'service', ':')))
    assert.equal(record.sensor, quoted(line, 'origin', ':'))
    assert.equal(record.rule, quoted(line, 'rule_name', ':'))
    assert.equal(Date.parse(record.time) / 1000, Number(quoted(line, 'time', ':')))
  }
  // The rejected IKE negotiation and the installed keys name no protocol: they are the gateway's own. Most other lines of
  // this test end in dots behind the action, and so does the encrypted connection before its addresses.
  assert.equal(kinds.get('Drop'), 'contact deny')
  assert.equal(kinds.get('Decrypt'), 'contact allow')
  assert.equal(kinds.get('Reject'), 'ignored')
  assert.equal(kinds.get('Key Install'), 'ignored')
  assert.equal(kinds.get('Allow'), 'ignored')
})

test("sshd: Wazuh's lines that name an address become a login or a touch, and no others", { skip }, async () => {
  const rows: string[] = []
  for (const line of wazuhLines('sshd')) {
    const { records, result } = await decodeLine(line, 'sshd')
    assert.equal(result.tally.malformed, 0, line)
    const record = records[0]
    if (!record) {
      // The end of a session, a request in a running one, and a name's check are no touch of the service.
      const address = /\d+\.\d+\.\d+\.\d+|from \S+ port/.test(line.replace(/^\S+ +\d+ \S+ \S+ /, ''))
      if (address) assert.match(line, /Read error from remote host|does not map back|Postponed|, but this/, line)
      continue
    }
    rows.push(`${record.kind} ${record.src ?? record.host} ${record.srcPort ?? ''} ${record.user ?? ''}`.trim())
  }
  assert.deepEqual(rows, [
    'ssh 202.191.177.33 3579',
    'ssh 108.229.36.174',
    'auth 192.241.237.101 54197 warez',
    'auth 192.241.237.101  warez',
    'auth 192.241.237.101  opcione',
    'auth 192.168.1.1 36942 root',
    // The sample's address is blotted out.
    'auth 183.106.179.x  root',
  ])
})
