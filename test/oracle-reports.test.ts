/**
 * Reports of real scanners, and the honeypot logs of CrowdSec's hub: every sample is recognised and decodes, and as many hosts,
 * ports and weaknesses come out as a count over the plain text finds.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventRecord } from '../src/event/record.ts'
import { decodeFile, root } from './decode-fixture.ts'

const real = join(root, '..', 'shared', 'data', 'real')
const samples = join(real, 'g4_reference', 'scanner_reports')
const honeypots = join(real, 'g1_parsers', 'crowdsec_hub')
const skip = existsSync(samples) ? false : '../shared/data is not there'

interface Counts {
  readonly scan: number
  readonly port: number
  readonly weakness: number
}

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)]
const count = (text: string, pattern: RegExp) => all(text, pattern).length
const distinct = (found: readonly string[]) => new Set(found).size

/** Nmap: elements `<host `, ports whose state is `open`, and ids of vulners' tables (no sample has scripts of the vulns library). */
function countNmap(text: string): Counts {
  return {
    scan: count(text, /<host[ >]/g),
    port: count(text, /<port [^>]*><state state="open"/g),
    weakness: count(text, /<elem key="id">/g),
  }
}

/** Nessus: hosts; (protocol, port) pairs of a host's items that are not 0; items that no port scanner made. */
function countNessus(text: string): Counts {
  const hosts = text.split(/<ReportHost /).slice(1)
  const items = hosts.map((host) => all(host, /<ReportItem ([^>]*)>/g).map(([, tag]) => tag as string))
  const portsOf = (tags: readonly string[]) =>
    tags
      .filter((tag) => !/\bport="0"/.test(tag))
      .map((tag) => `${/protocol="(\w+)"/.exec(tag)?.[1]?.toLowerCase()} ${/\bport="(\d+)"/.exec(tag)?.[1]}`)
  return {
    scan: hosts.length,
    port: items.reduce((sum, tags) => sum + distinct(portsOf(tags)), 0),
    weakness: items.flat().filter((tag) => !/pluginFamily="Port scanners"|pluginID="0"/.test(tag)).length,
  }
}

/** OpenVAS: elements `<ip>`, distinct ports with a number of the list of ports and of results, results. Each sample has one host. */
function countOpenvas(text: string): Counts {
  return {
    scan: count(text, /<ip>/g),
    port: distinct(all(text, /<port>(\d+\/\w+)/g).map(([, port]) => port as string)),
    weakness: count(text, /<result id=/g),
  }
}

/** Qualys's scan results: elements `<IP `, ports of categories (a host has each once here), detections of every kind. */
function countQualys(text: string): Counts {
  const hosts = text.split(/<IP /).slice(1)
  const ports = hosts.map((host) => distinct(all(host, /<CAT [^>]*port="(\d+)"/g).map(([, port]) => port as string)))
  return {
    scan: hosts.length,
    port: ports.reduce((sum, found) => sum + found, 0),
    weakness: count(text, /<(?:VULN|INFO|SERVICE|PRACTICE) number=/g),
  }
}

const counters: readonly (readonly [RegExp, string, (text: string) => Counts])[] = [
  [/^nmap\/.*\.xml$/, 'nmap-xml', countNmap],
  [/^tenable\/.*\.(?:nessus|xml)$/, 'nessus', countNessus],
  [/^openvas\/.*\.xml$/, 'openvas', countOpenvas],
  [/^qualys_infrascan_webgui\/.*\.xml$/, 'qualys-xml', countQualys],
]
const paths = skip ? [] : readdirSync(samples, { recursive: true, encoding: 'utf8' }).sort()

function kindOf({ signature }: EventRecord): keyof Counts {
  return signature?.id === 'scan' || signature?.id === 'port' ? signature.id : 'weakness'
}

function countsOf(records: readonly EventRecord[]): Counts {
  const of = (kind: keyof Counts) => records.filter((record) => kindOf(record) === kind).length
  return { scan: of('scan'), port: of('port'), weakness: of('weakness') }
}

test('every XML report of the samples has the hosts, ports and weaknesses that its text has', { skip }, async () => {
  let checked = 0
  for (const [pattern, id, counter] of counters) {
    for (const path of paths.filter((path) => pattern.test(path))) {
      const text = readFileSync(join(samples, path), 'utf8')
      const { records, result } = await decodeFile(join(samples, path))
      assert.equal(result.format, id, path)
      assert.equal(result.tally.malformed, 0, path)
      assert.deepEqual(countsOf(records), counter(text), path)
      for (const record of records) {
        assert.equal(record.kind, 'finding')
        assert.equal(Buffer.from(text, 'utf8')[record.offset], 60, `${path} at ${record.offset}`)
        assert.ok(record.time > '2010' && record.time < '2027', `${path}: ${record.time}`)
      }
      checked++
    }
  }
  assert.equal(checked, 14)
})

/** Rows of the tables, as Python's csv module counts them; hosts and ports by hand. */
const tables: readonly (readonly [string, Counts])[] = [
  ['qualys/Qualys_Sample_Report.csv', { scan: 4, port: 0, weakness: 6 }],
  ['qualys/monthly_pci_issue6932.csv', { scan: 1, port: 1, weakness: 1 }],
  // Five rows: one is FIXED (ignored), one has two addresses.
  ['qualys_vmdr/many_vulns_cve.csv', { scan: 5, port: 3, weakness: 5 }],
  ['qualys_vmdr/no_vuln_cve.csv', { scan: 0, port: 0, weakness: 0 }],
  ['qualys_vmdr/no_vuln_no_metadata_cve.csv', { scan: 0, port: 0, weakness: 0 }],
  ['qualys_vmdr/no_vuln_qid.csv', { scan: 0, port: 0, weakness: 0 }],
  ['qualys_vmdr/one_vuln_no_metadata_cve.csv', { scan: 1, port: 1, weakness: 1 }],
  ['qualys_vmdr/one_vuln_qid.csv', { scan: 1, port: 0, weakness: 1 }],
]

test('every CSV report of Qualys has the hosts, ports and weaknesses that were counted', { skip }, async () => {
  for (const [path, counts] of tables) {
    const { records, result } = await decodeFile(join(samples, path))
    assert.equal(result.format, 'qualys-csv', path)
    assert.equal(result.tally.malformed, 0, path)
    assert.deepEqual(countsOf(records), counts, path)
  }
})

const find = (records: readonly EventRecord[], id: string, dst?: string) =>
  records.find((record) => record.signature?.id === id && (dst === undefined || record.dst === dst))

test('fields of reports', { skip }, async () => {
  const nessus = (await decodeFile(join(samples, 'tenable/nessus_nessus_v_unknown.xml'))).records
  const scan = find(nessus, 'scan', '10.31.112.29')
  assert.equal(scan?.src, '172.16.138.174')
  assert.equal(scan?.time, '2013-07-01T11:33:11.000000Z')
  assert.equal(scan?.host, 'qa3app09')
  assert.match(scan?.signature?.name ?? '', /^Nessus 5\.2\.1/)
  const php = (await decodeFile(join(samples, 'tenable/nessus_nessus_with_cwe-.nessus'))).records
  const weakness = find(php, '31649')
  assert.deepEqual([weakness?.dst, weakness?.dstPort, weakness?.protocol], ['44.228.249.3', 80, 'tcp'])
  assert.equal(weakness?.signature?.severity, 3)
  assert.equal(weakness?.cve?.split(' ').length, 15)
  const nmap = (await decodeFile(join(samples, 'nmap/issue4406.xml'))).records
  assert.equal(find(nmap, 'port')?.serverBanner, 'OpenSSH 7.4 (protocol 2.0)')
  assert.equal(find(nmap, 'scan')?.message, 'tcp 1-65535 (syn)')
  const openvas = (await decodeFile(join(samples, 'openvas/one_vuln.xml'))).records
  const firefox = find(openvas, '1.3.6.1.4.1.25623.1.0.832260', '10.0.101.2')
  assert.deepEqual([firefox?.signature?.severity, firefox?.cve?.split(' ').length], [4, 12])
  // The address of this sample is none (192.168.1.1001): the host is told by name alone.
  const anonymous = (await decodeFile(join(samples, 'openvas/many_vuln.xml'))).records
  assert.ok(anonymous.every((record) => record.dst === undefined && record.host !== undefined))
  const qualys = (await decodeFile(join(samples, 'qualys_infrascan_webgui/qualys_infrascan_webgui_3.xml'))).records
  assert.equal(find(qualys, '82024', '10.1.10.1')?.cve, 'CVE-2002-0510')
  const csv = (await decodeFile(join(samples, 'qualys_vmdr/many_vulns_cve.csv'))).records
  assert.equal(find(csv, '800005', '2001:db8::100')?.signature?.severity, 4)
  assert.equal(find(csv, '800005')?.cve, 'CVE-2023-0005')
})

test('open ports of masscan and naabu', { skip }, async () => {
  for (const [path, rows] of [
    ['masscan/masscan_one_vuln.json', 1],
    ['naabu/naabu_one_vuln.json', 2],
  ] as const) {
    const { records } = await decodeFile(join(samples, path))
    assert.equal(records.length, rows, path)
    for (const { dst, dstPort, protocol } of records)
      assert.deepEqual([dst, dstPort, protocol], ['172.29.0.3', 80, 'tcp'])
  }
})

/** What an assertion file says of the fields of each line, by line. */
function asserted(path: string, parser: string, field: string): string[] {
  const pattern = new RegExp(`\\["${parser}"\\]\\[\\d+\\]\\.Evt\\.Parsed\\["${field}"\\] == "([^"]*)"`, 'g')
  return all(readFileSync(path, 'utf8'), pattern).map(([, value]) => value as string)
}

test('CrowdSec: cowrie-logs', { skip }, async () => {
  const folder = join(honeypots, 'cowrie-logs')
  const { records, result } = await decodeFile(join(folder, 'cowrie-logs.log'))
  assert.equal(result.format, 'cowrie')
  const expected = (field: string) => asserted(join(folder, 'parser.assert'), 'cowrie-logs', field)
  assert.deepEqual(
    records.map((record) => record.src),
    expected('source_ip'),
  )
  assert.deepEqual(
    records.map((record) => record.dst),
    expected('dest_ip'),
  )
  assert.deepEqual(
    records.map((record) => `${record.dstPort}`),
    expected('dest_port'),
  )
})

test('CrowdSec: endlessh-logs', { skip }, async () => {
  const folder = join(honeypots, 'endlessh-logs')
  const { records, result } = await decodeFile(join(folder, 'endlessh-logs.log'))
  assert.equal(result.format, 'endlessh')
  assert.equal(result.tally.malformed, 0)
  const sources = asserted(join(folder, 'parser.assert'), 'crowdsecurity/endlessh-logs', 'source_ip')
  assert.ok(sources.length > 50)
  // CrowdSec writes mapped addresses as they stand.
  assert.deepEqual(
    records.map((record) => record.src),
    sources.map((source) => source.replace(/^::ffff:/, '')),
  )
})
