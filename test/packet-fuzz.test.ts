import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { bytes, interfaceBlock, pcapFile, section } from './packet-build.ts'
import { readCapture } from './packet-capture.ts'

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`../fixtures/format/${name}`, import.meta.url)))
const classic = ['pcap/nmap-udp.pcap', 'pcap/nmap-fragments.pcap', 'pcap/snaplen-60.pcap'].map(fixture)
const blocks = ['pcapng/two-interfaces.pcapng', 'pcapng/masscan.pcapng'].map(fixture)
const linkTypes = [0, 1, 9, 12, 101, 105, 108, 113, 127, 228, 229, 276]

/**
 * Whatever the input: all of it is consumed, each packet is counted once, rows stand in order and do not overlap, and what
 * is found does not depend on the window.
 */
function check(file: Uint8Array): void {
  const { rows, tally, consumed, pushes } = readCapture(file)
  assert.equal(consumed, file.length)
  assert.equal(rows.length, tally.events)
  let end = 0
  for (const { offset, length } of rows) {
    assert.ok(offset >= end, 'rows overlap')
    end = offset + length
  }
  assert.ok(end <= file.length)
  assert.ok(pushes <= 20)
  const small = readCapture(file, 700)
  assert.deepEqual(small.tally, tally)
  assert.deepEqual(small.rows, rows)
}

test('random bytes as packets of every link type', () => {
  const packet = fc.uint8Array({ minLength: 0, maxLength: 120 })
  fc.assert(
    fc.property(
      fc.constantFrom(...linkTypes),
      fc.array(packet, { minLength: 1, maxLength: 20 }),
      (linkType, packets) => {
        const file = pcapFile(packets, { linkType })
        check(file)
        const { tally } = readCapture(file)
        assert.equal(tally.events + tally.ignored + tally.malformed, packets.length)
        assert.equal(tally.truncated <= packets.length, true)
      },
    ),
    { numRuns: 400 },
  )
})

test('random bytes after a sound header', () => {
  const rest = fc.uint8Array({ minLength: 0, maxLength: 3000 })
  fc.assert(
    fc.property(rest, (tail) => {
      check(bytes(pcapFile([]), tail))
      check(bytes(section(), interfaceBlock(1), tail))
    }),
    { numRuns: 100 },
  )
})

interface Harm {
  readonly cut: number
  readonly flips: readonly (readonly [number, number])[]
}

const harm: fc.Arbitrary<Harm> = fc.record({
  cut: fc.double({ min: 0, max: 1, noNaN: true }),
  flips: fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
    maxLength: 40,
  }),
})

function harmed(file: Uint8Array, { cut, flips }: Harm): Uint8Array {
  const some = file.slice(0, Math.min(file.length, 6000))
  const kept = cut < 0.5 ? some : some.slice(0, Math.floor(some.length * cut))
  for (const [place, value] of flips) if (kept.length > 24) kept[24 + Math.floor(place * (kept.length - 24))] = value
  return kept
}

test('real captures with bytes changed and the end cut off', () => {
  fc.assert(
    fc.property(fc.constantFrom(...classic, ...blocks), harm, (file, how) => check(harmed(file, how))),
    { numRuns: 150 },
  )
})

test('one changed byte costs a packet or two, or is counted as damage', () => {
  const file = fixture('pcap/nmap-t2.pcap')
  const whole = readCapture(file).rows.length
  fc.assert(
    fc.property(fc.integer({ min: 24, max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const changed = file.slice()
      changed[place] = changed[place]! ^ change
      const { rows, tally } = readCapture(changed)
      const isCounted = tally.malformed > 0
      assert.ok(rows.length >= whole - 2 || isCounted, `${rows.length} of ${whole} rows left, and nothing said`)
    }),
    { numRuns: 500 },
  )
})
