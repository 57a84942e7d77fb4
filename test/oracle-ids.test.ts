/**
 * Alerts and Zeek's logs of protocols against logs of others: every field that is read is compared with what a plain reader of
 * the same file finds, or with what its owner says of it. Reads ../shared at run time.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { formatAddress, parseAddress } from '../src/base/address.ts'
import type { EventRecord } from '../src/event/record.ts'
import { decodeAll, inputOf, root } from './decode-fixture.ts'

const real = join(root, '..', 'shared', 'data', 'real')
const labelled = join(real, 'g3_labelled')
const absent = existsSync(real) ? false : '../shared/data is not there'

function textOf(path: string): string {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
}

async function decode(text: string, format?: string) {
  const bytes = new Uint8Array(Buffer.from(text, 'latin1'))
  const { records, result } = await decodeAll(inputOf(bytes, 1 << 20), 'in.log', format)
  return { byOffset: new Map(records.map((record) => [record.offset, record])), records, result }
}

/** The columns of one line of a Zeek log, without those that say they are unset. */
type Columns = ReadonlyMap<string, string>

/** Each record of a Zeek log in its own form, with its offset. */
function* zeekLines(text: string): Generator<{ readonly offset: number; readonly columns: Columns }> {
  let names: readonly string[] = []
  let offset = 0
  for (const line of text.split('\n')) {
    if (line.startsWith('#fields\t')) names = line.slice(8).split('\t')
    else if (line !== '' && !line.startsWith('#')) {
      const values = line.split('\t')
      const set = names.map((name, k) => [name, values[k] ?? '-'] as const)
      yield { offset, columns: new Map(set.filter(([, value]) => value !== '-' && value !== '(empty)')) }
    }
    offset += line.length + 1
  }
}

/** Zeek's own escapes undone, as bytes that are then read as UTF-8. */
function unescaped(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const plain = text.replace(
    /\\(?:x([0-9a-fA-F]{2})|(\\))/g,
    (_, hex, slash) => slash ?? String.fromCharCode(parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1').toString() || undefined
}

const time = (ts: string | undefined) =>
  `${new Date(Math.floor(Number(ts)) * 1000).toISOString().slice(0, 20)}${(ts ?? '').split('.')[1]}Z`
const portOf = (text: string | undefined) => (text === undefined || text === '0' ? undefined : Number(text))
const canonical = (text: string | undefined) => {
  const address = text === undefined ? undefined : parseAddress(text)
  return address && formatAddress(...address)
}

/** What every record of a Zeek log says of its ends. */
function ends(columns: Columns, protocol: string | undefined) {
  const isPorted = protocol === 'tcp' || protocol === 'udp'
  return {
    time: time(columns.get('ts')),
    src: canonical(columns.get('id.orig_h')),
    srcPort: isPorted ? portOf(columns.get('id.orig_p')) : undefined,
    dst: canonical(columns.get('id.resp_h')),
    dstPort: isPorted ? portOf(columns.get('id.resp_p')) : undefined,
    protocol,
  }
}

type Expected = Record<string, unknown>
const text = (columns: Columns, name: string) => unescaped(columns.get(name))
const refusals = ['REFUSED', 'NOTAUTH']

/** By log: the record as docs/events.md has it, from the columns. Texts are cut at 4096 bytes, which none here reaches. */
const expected: Readonly<Record<string, (columns: Columns) => Expected>> = {
  dns(columns) {
    const rcode = columns.get('rcode_name')
    const answer = unescaped(columns.get('answers')?.split(',')[0])
    const query = { name: text(columns, 'query'), type: text(columns, 'qtype_name'), rcode, answer }
    const outcome = rcode === undefined ? undefined : refusals.includes(rcode) ? 'refused' : 'established'
    return { ...ends(columns, columns.get('proto')), kind: 'dns', query, outcome }
  },
  http: (columns) => ({
    ...ends(columns, 'tcp'),
    kind: 'http',
    httpMethod: text(columns, 'method'),
    host: text(columns, 'host'),
    uri: text(columns, 'uri'),
    userAgent: text(columns, 'user_agent'),
    user: text(columns, 'username'),
    outcome: columns.has('status_code') ? 'established' : undefined,
  }),
  ssh: (columns) => ({
    ...ends(columns, 'tcp'),
    kind: 'ssh',
    clientBanner: text(columns, 'client'),
    serverBanner: text(columns, 'server'),
    outcome: { T: 'established', F: 'refused' }[columns.get('auth_success') ?? ''],
  }),
  notice(columns) {
    const own = columns.has('src') ? 'src' : 'id.orig_h'
    // In one line of Slips' sample blanks stand for tabs: its columns are read as they then stand, and the protocol is none.
    const all = ends(columns, /^\w+$/.exec(columns.get('proto') ?? '')?.[0])
    const given = columns.has('src') && {
      src: canonical(columns.get('src')),
      dst: canonical(columns.get('dst')),
      // The port of an end that is not told is not printed.
      dstPort: columns.has('dst') && columns.has('proto') ? portOf(columns.get('p')) : undefined,
      srcPort: columns.get('id.orig_h') === columns.get(own) ? all.srcPort : undefined,
    }
    const signature = { id: columns.get('note'), name: text(columns, 'msg') }
    return {
      ...all,
      ...given,
      kind: 'alert',
      signature,
      message: text(columns, 'sub'),
      sensor: columns.get('peer_descr'),
    }
  },
  weird(columns) {
    const source = columns.get('source')?.toLowerCase()
    const protocol = source !== undefined && ['tcp', 'udp', 'icmp'].includes(source) ? source : undefined
    return {
      ...ends(columns, protocol),
      kind: 'alert',
      signature: { name: text(columns, 'name') },
      message: text(columns, 'addl'),
      sensor: columns.get('peer'),
    }
  },
}

/** What the record says of the same fields. */
function picked(record: EventRecord | undefined, wanted: Expected): Expected {
  assert.ok(record, 'a record for each line')
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, (record as unknown as Expected)[name]]))
}

/** Absent is absent, however deep. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

const zeekFiles = absent
  ? []
  : readdirSync(labelled, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(dns|http|ssh|notice|weird)[^/]*\.log(\.labeled|\.gz)?$/.test(name),
    )

test('the corpora hold logs of every kind', { skip: absent }, () => {
  for (const log of Object.keys(expected))
    assert.ok(
      zeekFiles.some((name) => name.includes(log)),
      log,
    )
})

for (const name of zeekFiles) {
  test(`Zeek, field by field: ${name}`, async () => {
    const log = /(dns|http|ssh|notice|weird)[^/]*\.log/.exec(name)?.[1] as string
    const file = textOf(join(labelled, name))
    const { byOffset, result } = await decode(file)
    assert.equal(result.format, `zeek-${log}`)
    assert.deepEqual(result.tally.examples, [])
    let lines = 0
    for (const { offset, columns } of zeekLines(file)) {
      lines++
      const wanted = expected[log]?.(columns) as Expected
      assert.deepEqual(plain(picked(byOffset.get(offset), wanted)), plain(wanted), `at ${offset}`)
    }
    assert.equal(result.tally.events, lines)
  })
}

test('the baselines of Zeek decode where they have a header and times', { skip: absent }, async () => {
  const folder = join(real, 'g1_parsers', 'zeek_btest')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(dns|weird)\.log$/.test(name),
  )
  let decoded = 0
  for (const name of names) {
    // The times are blanked out; some baselines are cut to a few columns and have neither header nor time.
    const file = textOf(join(folder, name)).replaceAll('XXXXXXXXXX.XXXXXX', '1.000001')
    if (!/^#fields\tts/m.test(file)) continue
    const { result } = await decode(file)
    assert.deepEqual(result.tally.examples, [], name)
    decoded += result.tally.events
  }
  assert.ok(decoded >= 7, `${decoded} events`)
})

type Json = Record<string, unknown>
const object = (value: unknown) => (value ?? {}) as Json
const first = (value: unknown) => (Array.isArray(value) ? value[0] : value)

/** The record of an EVE event, from its JSON. */
function ofEve(event: Json): Expected {
  const type = event['event_type'] as string
  const protocol = (event['proto'] as string).toLowerCase()
  const isPorted = ['tcp', 'udp', 'sctp'].includes(protocol)
  const alert = object(event['alert'])
  const anomaly = object(event['anomaly'])
  const dns = object(event['dns'])
  const asked = object(first(dns['queries']) ?? first(dns['query']))
  const http = object(event['http'])
  const tls = object(event['tls'])
  const turned = type === 'dns' && event['src_port'] === 53 && event['dest_port'] !== 53
  const side = (end: string) => ({
    address: canonical(event[`${end}_ip`] as string),
    port: isPorted ? event[`${end}_port`] : undefined,
  })
  const [from, to] = turned ? [side('dest'), side('src')] : [side('src'), side('dest')]
  const severity = Number(alert['severity'] ?? 0)
  const isAlert = type === 'alert' || type === 'anomaly'
  const rcode = dns['rcode'] as string | undefined
  return {
    kind: isAlert ? 'alert' : type,
    src: from.address,
    srcPort: from.port === 0 ? undefined : from.port,
    dst: to.address,
    dstPort: to.port === 0 ? undefined : to.port,
    protocol: protocol === 'ipv6-icmp' ? 'icmp6' : protocol,
    sensor: event['host'],
    signature: isAlert
      ? {
          id: type === 'alert' ? `${alert['gid']}:${alert['signature_id']}:${alert['rev']}` : undefined,
          name: alert['signature'] ?? anomaly['event'],
          category: (alert['category'] || undefined) ?? anomaly['type'],
          severity: type === 'alert' ? (severity < 3 ? 4 - severity : 1) : undefined,
        }
      : undefined,
    action: { allowed: 'allow', blocked: 'deny' }[alert['action'] as string],
    query:
      event['dns'] === undefined
        ? undefined
        : {
            name: dns['rrname'] ?? asked['rrname'],
            type: dns['rrtype'] ?? asked['rrtype'],
            rcode,
            answer:
              dns['rdata'] ?? object(first(dns['answers']))['rdata'] ?? first(Object.values(object(dns['grouped']))[0]),
          },
    host: http['hostname'],
    uri: http['url'] || undefined,
    userAgent: http['http_user_agent'],
    httpMethod: http['http_method'],
    serverName: tls['sni'],
    ja3: object(tls['ja3'])['hash'],
  }
}

async function compareEve(path: string): Promise<number> {
  const file = textOf(path)
  const { byOffset, result } = await decode(file)
  assert.equal(result.format, 'suricata-eve')
  assert.deepEqual(result.tally.examples, [])
  let offset = 0
  let compared = 0
  for (const line of file.split('\n')) {
    const event = line === '' ? {} : (JSON.parse(Buffer.from(line, 'latin1').toString()) as Json)
    if (['alert', 'anomaly', 'dns', 'http', 'tls', 'ssh'].includes(event['event_type'] as string)) {
      const wanted = ofEve(event)
      const got = picked(byOffset.get(offset), wanted)
      assert.deepEqual(plain(got), plain(wanted), `at ${offset}`)
      compared++
    }
    offset += line.length + 1
  }
  return compared
}

test('Suricata EVE, field by field: Slips', { skip: absent }, async () => {
  assert.ok((await compareEve(join(labelled, 'slips', 'slips_test6.eve.json'))) > 1400)
})

const crowdsec = join(real, 'g1_parsers', 'crowdsec_hub', 'suricata-logs-evelog')

test('Suricata EVE, field by field: CrowdSec', { skip: absent }, async () => {
  assert.ok((await compareEve(join(crowdsec, 'suricata-logs-evelog.log'))) >= 4)
})

/** Their names of fields, and ours. */
const theirs: Readonly<Record<string, (record: EventRecord) => string | undefined>> = {
  dest_ip: (record) => record.dst,
  dest_port: (record) => record.dstPort?.toString(),
  src_ip: (record) => record.src,
  src_port: (record) => record.srcPort?.toString(),
  suricata_alert_signature: (record) => record.signature?.name,
  suricata_alert_signature_id: (record) => record.signature?.id?.split(':')[1],
  suricata_alert_signature_rev: (record) => record.signature?.id?.split(':')[2],
  suricata_alert_category: (record) => record.signature?.category,
}

test('Suricata EVE as CrowdSec reads it', { skip: absent }, async () => {
  const { records } = await decode(textOf(join(crowdsec, 'suricata-logs-evelog.log')))
  const assertion =
    /^results\["s01-parse"\]\["crowdsecurity\/suricata-evelogs"\]\[(\d+)\]\.Evt\.Parsed\["(\w+)"\] == "(.*)"$/gm
  // Their eight results are the eight lines; statistics have no record of ours.
  const lines = textOf(join(crowdsec, 'suricata-logs-evelog.log'))
    .split('\n')
    .filter((line) => line !== '')
  let offset = 0
  const offsets = lines.map((line) => {
    const start = offset
    offset += line.length + 1
    return start
  })
  let compared = 0
  for (const [, line, name, value] of textOf(join(crowdsec, 'parser.assert')).matchAll(assertion)) {
    const record = records.find((candidate) => candidate.offset === offsets[Number(line)])
    const ours = theirs[name as string]
    if (!record || !ours || value === '') continue
    assert.equal(ours(record), value, `line ${line}: ${name}`)
    compared++
  }
  assert.ok(compared >= 16, `${compared} fields`)
})

/** `dns.answers[0].rdata: x` as an object. */
function nest(event: Json, path: string, value: unknown): void {
  const steps = path.replace(/\[(\d+)\]/g, '.$1').split('.')
  let at: Json = event
  steps.slice(0, -1).forEach((step, k) => {
    at[step] ??= /^\d+$/.test(steps[k + 1] as string) ? [] : {}
    at = at[step] as Json
  })
  at[steps.at(-1) as string] = value
}

test('events as the tests of Suricata expect them are read', { skip: absent }, async () => {
  const folder = join(real, 'g1_parsers', 'suricata_verify')
  const { parse } = await import('yaml')
  let compared = 0
  for (const name of readdirSync(folder)) {
    const { checks = [] } = parse(readFileSync(join(folder, name, 'test.yaml'), 'utf8')) as { checks?: Json[] }
    for (const check of checks) {
      const match = object(object(check['filter'])['match'])
      // The expectations name only some fields of an event; those that we need are added.
      if (!['alert', 'dns', 'http', 'tls', 'ssh'].includes(match['event_type'] as string)) continue
      const event: Json = {
        timestamp: '2026-11-22T10:00:00.000000+0000',
        src_ip: '192.0.2.1',
        dest_ip: '192.0.2.2',
        proto: 'TCP',
      }
      for (const [path, value] of Object.entries(match)) if (!path.includes('__')) nest(event, path, value)
      const alert = object(event['alert'])
      if (event['event_type'] === 'alert')
        event['alert'] = { gid: 1, signature_id: 1, rev: 1, severity: 3, signature: 'x', category: 'y', ...alert }
      const line = JSON.stringify(event)
      const { records, result } = await decode(`${line}\n`, 'suricata-eve')
      assert.deepEqual(result.tally.examples, [], `${name}: ${line}`)
      const wanted = ofEve(event)
      if (!['tcp', 'udp', 'icmp', 'sctp'].includes(wanted['protocol'] as string)) delete wanted['protocol']
      delete wanted['action']
      delete wanted['query']
      assert.deepEqual(plain(picked(records[0], wanted)), plain(wanted), `${name}: ${line}`)
      compared++
    }
  }
  assert.ok(compared > 20, `${compared} events`)
})
