import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { formatAddress, parseAddress } from '../src/base/address.ts'
import { readHex, readUint } from '../src/base/ascii.ts'
import { readAddress } from '../src/base/ascii-address.ts'
import { readIso, readSeconds } from '../src/base/ascii-time.ts'
import { JsonFields, Scan } from '../src/base/json-scan.ts'

const bytesOf = (text: string) => new Uint8Array(Buffer.from(`<${text}>`))
const words = new Uint32Array(4)

function address(text: string): string | undefined {
  const bytes = bytesOf(text)
  if (!readAddress(bytes, 1, bytes.length - 1, words)) return undefined
  return formatAddress(words[0]!, words[1]!, words[2]!, words[3]!)
}

test('addresses are read as the slow reader reads them', () => {
  const ip = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(...'0123456789abcf:.%'), maxLength: 24 }))
  fc.assert(
    fc.property(ip, (text) => {
      const slow = parseAddress(text)
      // The fast reader takes leading zeros in octets, which the slow one may not: both agree on all else.
      if (slow) assert.equal(address(text), formatAddress(...slow), text)
      else if (!/(^|[.:])0\d/.test(text)) assert.equal(address(text), undefined, text)
    }),
    { numRuns: 3000 },
  )
  for (const bad of [
    '',
    '1',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1:2:3:4:5:6:7:1.2.3.4',
  ]) {
    assert.equal(address(bad), undefined, bad)
  }
})

test('numbers', () => {
  const read = (text: string) => readUint(bytesOf(text), 1, text.length + 1)
  assert.deepEqual(['0', '00017', '999999999', '999999999999999'].map(read), [0, 17, 999999999, 999999999999999])
  assert.deepEqual(['', '-1', '1.0', '1e3', '1234567890123456'].map(read), [-1, -1, -1, -1, -1])
  assert.deepEqual(
    ['1b', '0x1B', 'ffffffff', '0x', 'g'].map((text) => readHex(bytesOf(text), 1, text.length + 1)),
    [27, 27, 0xffffffff, -1, -1],
  )
})

test('times are exact to the microsecond', () => {
  const out = new Float64Array(1)
  const seconds = (text: string) => (readSeconds(bytesOf(text), 1, text.length + 1, out, 0) ? out[0] : undefined)
  assert.equal(seconds('1300475167.096535'), 1300475167096535)
  assert.equal(seconds('928.9'), 928900000)
  assert.equal(seconds('5'), 5000000)
  assert.deepEqual(['', '.5', '1.2.3', '1.x', '123456789012'].map(seconds), Array(5).fill(undefined))
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2199-12-31'), noInvalidDate: true }), (date) => {
      const text = date.toISOString()
      assert.equal(readIso(bytesOf(text), 1, text.length + 1, out, 0), text.length + 1)
      assert.equal(out[0], date.getTime() * 1000)
    }),
  )
  const iso = (text: string) => (readIso(bytesOf(text), 1, text.length + 1, out, 0) < 0 ? undefined : out[0])
  const base = Date.UTC(2021, 5, 6, 7) * 1000 + 123456
  for (const zone of ['+0200', '+02:00', '+02']) assert.equal(iso(`2021-06-06T09:00:00.123456${zone}`), base)
  assert.equal(iso('2021-06-06T02:30:00.123456-0430'), base)
  assert.equal(iso('2021-06-06 07:00:00.1234569'), base)
  for (const bad of ['2021-13-06T09:00:00Z', '2021-06-06T24:00:00Z', '2021-06-06', '2021-06-06T9:00:00Z   ']) {
    assert.equal(iso(bad), undefined, bad)
  }
})

test('JSON fields are found where JSON.parse finds them', () => {
  const layout = { paths: [['a'], ['b', 'c'], ['b', 'd']].map((path, field) => ({ path, field })), fields: 3 }
  const fields = new JsonFields(layout)
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf))
  const inner = fc.record({ c: leaf, d: leaf, e: value }, { requiredKeys: [] })
  const record = fc.record({ a: leaf, b: inner, z: value, A: leaf }, { requiredKeys: [] })
  fc.assert(
    fc.property(record, fc.boolean(), (object, isSpaced) => {
      const text = JSON.stringify(object, null, isSpaced ? '\t' : '').replaceAll('\n', ' ')
      const bytes = new Uint8Array(Buffer.from(text))
      assert.equal(fields.scan(bytes, 0, bytes.length), Scan.done)
      const found = [0, 1, 2].map((field) => {
        if (fields.from[field]! < 0) return null
        const raw = Buffer.from(bytes.subarray(fields.from[field], fields.to[field])).toString()
        return bytes[fields.from[field]! - 1] === 34 ? JSON.parse(`"${raw}"`) : JSON.parse(raw)
      })
      assert.deepEqual(found, [object.a ?? null, object.b?.c ?? null, object.b?.d ?? null])
      for (let cut = 0; cut < bytes.length; cut++) assert.equal(fields.scan(bytes, 0, cut), Scan.malformed)
    }),
    { numRuns: 300 },
  )
})

test('of a JSON array on the path the first element counts', () => {
  const paths = [
    { path: ['queries', 'name'], field: 0 },
    { path: ['answers'], field: 1 },
  ]
  const fields = new JsonFields({ paths, fields: 2 })
  const read = (text: string) => {
    const bytes = bytesOf(text)
    if (fields.scan(bytes, 1, bytes.length - 1) !== Scan.done) return undefined
    const at = (field: number) => Buffer.from(bytes.subarray(fields.from[field], fields.to[field])).toString()
    return [0, 1].map((field) => (fields.from[field]! < 0 ? undefined : at(field)))
  }
  assert.deepEqual(read('{"queries":[{"x":[1],"name":"a"},{"name":"b"}],"answers":["1]","2"]}'), ['a', '1]'])
  assert.deepEqual(read('{"queries":[],"answers":[ 7 , 8]}'), [undefined, '7'])
  assert.deepEqual(read('{"queries":[[{"name":"a"}]],"answers":[{"y":"]"}]}'), [undefined, undefined])
  assert.equal(read('{"queries":[{"name":"a"}'), undefined)
  assert.equal(read('{"answers":["1"'), undefined)
})
