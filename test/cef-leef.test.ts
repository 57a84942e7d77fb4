import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ascii } from '../src/base/ascii.ts'
import { Cef, Head, isCefOf } from '../src/framing/cef.ts'
import { EventTime } from '../src/framing/event-time.ts'
import { isLeefOf, Leef } from '../src/framing/leef.ts'

const keys = ['src', 'msg', 'request', 'cs1', 'empty', 'path']

function cef(
  line: string,
  labels: readonly string[] = [],
): { head: string[]; fields: (string | undefined)[] } | undefined {
  const bytes = new TextEncoder().encode(line)
  const reader = new Cef(keys, labels)
  return reader.read(bytes, 0, bytes.length) ? told(reader, bytes) : undefined
}

function leef(line: string): { head: string[]; fields: (string | undefined)[] } | undefined {
  const bytes = new TextEncoder().encode(line)
  const reader = new Leef(['src', 'usrName', 'devTime'])
  return reader.read(bytes, 0, bytes.length) ? told(reader, bytes) : undefined
}

function told(reader: Cef | Leef, bytes: Uint8Array) {
  const text = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString()
  return {
    head: Array.from(reader.headFrom, (from, k) => text(from, reader.headTo[k]!)),
    fields: Array.from(reader.from, (from, k) => (from < 0 ? undefined : text(from, reader.to[k]!))),
  }
}

test('CEF: values hold blanks, escapes and what looks like a key', () => {
  const line =
    '<134>Nov 22 02:13:40 gw CEF:0|A\\|B|C|1|7|n|3|src=192.0.2.1 msg=two  words request=http://a/?x=1&y\\=2 path=C:\\dir\\ cs1=v'
  assert.deepEqual(cef(line), {
    head: ['A\\|B', 'C', '1', '7', 'n', '3'],
    fields: ['192.0.2.1', 'two  words', 'http://a/?x=1&y\\=2', 'v', undefined, 'C:\\dir\\'],
  })
})

test('CEF: an event without extensions is one; fewer header fields are none', () => {
  assert.deepEqual(cef('CEF:0|A|B|1|7|n|3')?.head, ['A', 'B', '1', '7', 'n', '3'])
  assert.equal(cef('CEF:0|A|B|1|7|n'), undefined)
  assert.equal(cef('CEF:x|A|B|1|7|n|3|'), undefined)
  assert.deepEqual(cef('CEF: 1|A|B|1|7|n|3|empty= src=192.0.2.1')?.fields.slice(0, 1), ['192.0.2.1'])
})

test('CEF: of a repeated key the first counts', () => {
  assert.equal(cef('CEF:0|A|B|1|7|n|3|src=192.0.2.1 msg=x src=192.0.2.2')?.fields[0], '192.0.2.1')
})

test('CEF: custom extensions are found by label, before or behind it, and by name as well', () => {
  const labels = ['Rule Name', 'Policy']
  const first = cef('CEF:0|A|B|1|7|n|3|cs1Label=Rule Name cs1=no telnet cs2=strict cs2Label=Policy', labels)
  assert.deepEqual(first?.fields.slice(3), ['no telnet', undefined, undefined, 'no telnet', 'strict'])
  assert.equal(cef('CEF:0|A|B|1|7|n|3|cs1=x cs1Label=Other', labels)?.fields.at(-1), undefined)
})

test('CEF and LEEF are told by their vendor', () => {
  const event = ascii('Nov 22 02:13:40 gw CEF:0|Vendor|Product|1|')
  assert.ok(isCefOf(event, 0, event.length, ascii('Vendor')))
  assert.ok(isCefOf(event, 0, event.length, ascii('Vendor'), ascii('Product')))
  assert.ok(!isCefOf(event, 0, event.length, ascii('Vend')))
  assert.ok(!isCefOf(event, 0, event.length, ascii('Vendor'), ascii('Prod')))
  const other = ascii('LEEF:2.0|Vendor|Product|1|')
  assert.ok(isLeefOf(other, 0, other.length, ascii('Vendor'), ascii('Product')))
  assert.equal(Head.signatureId, 3)
})

test('LEEF: tabs, a delimiter as itself or in hexadecimal, none told, and tabs that a relay changed', () => {
  const fields = ['192.0.2.1', 'a b=c', 'Nov 22 2026 02:13:40']
  const joined = (separator: string) => `src=192.0.2.1${separator}usrName=a b=c${separator}devTime=Nov 22 2026 02:13:40`
  const head = ['V', 'P', '1', 'E']
  for (const line of [
    `LEEF:1.0|V|P|1|E|${joined('\t')}`,
    `LEEF:2.0|V|P|1|E|^|${joined('^')}`,
    `LEEF:2.0|V|P|1|E|x5E|${joined('^')}`,
    `LEEF:2.0|V|P|1|E|0x09|${joined('\t')}`,
    `LEEF:2.0|V|P|1|E||${joined('\t')}`,
    `LEEF:2.0|V|P|1|E|${joined('\t')}`,
    `Nov 22 02:13:40 gw LEEF:1.0|V|P|1|E|${joined('#011')}`,
  ])
    assert.deepEqual(leef(line), { head, fields }, line)
  assert.deepEqual(leef('LEEF:1.0|V|P|1|E|src=192.0.2.1 usrName=bob')?.fields, ['192.0.2.1', 'bob', undefined])
  assert.equal(leef('LEEF:3.0|V|P|1|E|src=192.0.2.1'), undefined)
})

test('times of events, in the forms that devices write', () => {
  const reader = new EventTime(Date.UTC(2026, 10, 22, 12) * 1000)
  const at = (text: string) => {
    const bytes = ascii(text)
    return reader.read(bytes, 0, bytes.length) ? new Date(reader.time[0]! / 1000).toISOString() : undefined
  }
  const expected = '2026-11-22T02:13:40.000Z'
  for (const text of [
    '1795313620000',
    '1795313620',
    '2026-11-22T02:13:40Z',
    '2026-11-22 03:13:40+01:00',
    'Nov 22 02:13:40',
    'Nov 22 2026 02:13:40',
    'Nov 22 2026 02:13:40.000 UTC',
    'Nov 22 2026 03:13:40 CET',
    'Nov 22 2026 04:13:40 +0200',
    'Nov 22 2026 04:13:40 GMT+02:00',
    '2026/11/22 02:13:40',
  ])
    assert.equal(at(text), expected, text)
  assert.equal(at('Nov 22 2026 02:13:40.250 UTC'), '2026-11-22T02:13:40.250Z')
  for (const text of ['', 'never', '12', '99/99/9999']) assert.equal(at(text), undefined, text)
})
