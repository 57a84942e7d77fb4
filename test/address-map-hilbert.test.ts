import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { curveSize, indexAt, pixelOf } from '../console/part/address-map/hilbert.ts'
import { hilbertCurve } from '../src/report/html/hilbert.ts'

const cell = fc
  .integer({ min: 0, max: 20 })
  .chain((bits) => fc.tuple(fc.constant(bits), fc.nat({ max: 2 ** bits - 1 })))
const options = { numRuns: 2000, seed: 42 }

function place(bits: number, index: number): readonly [number, number] {
  const { width } = curveSize(bits)
  const pixel = pixelOf(bits, index)
  return [pixel % width, Math.floor(pixel / width)]
}

test('the console and the HTML report draw the same curve, and every place leads back to its index', () => {
  fc.assert(
    fc.property(cell, ([bits, index]) => {
      const curve = hilbertCurve(bits)
      const [x, y] = place(bits, index)
      assert.deepEqual([x, y], curve.place(index))
      assert.deepEqual(curveSize(bits), { width: curve.width, height: curve.height })
      assert.equal(indexAt(bits, x, y), index)
    }),
    options,
  )
})

test('each pixel is one index', () => {
  for (let bits = 0; bits <= 16; bits++) {
    const seen = new Uint8Array(2 ** bits)
    for (let index = 0; index < seen.length; index++) seen[pixelOf(bits, index)] = 1
    assert.ok(seen.every((each) => each === 1))
  }
})

test('what follows in the index is next to it in the picture, inside a square', () => {
  fc.assert(
    fc.property(cell, ([bits, index]) => {
      const square = 4 ** (bits >> 1)
      if ((index + 1) % square === 0 || index + 1 >= 2 ** bits) return
      const [a, b] = [place(bits, index), place(bits, index + 1)]
      assert.equal(Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]), 1)
    }),
    options,
  )
})

test('every aligned block of 4^k is a square', () => {
  fc.assert(
    fc.property(cell, fc.nat({ max: 3 }), ([bits, index], k) => {
      if (2 * k > bits) return
      const first = index - (index % 4 ** k)
      const places = Array.from({ length: 4 ** k }, (_, i) => place(bits, first + i))
      const corner = [0, 1].map((axis) => Math.min(...places.map((each) => each[axis as 0] as number)))
      for (const [x, y] of places) {
        assert.ok(x - (corner[0] as number) < 2 ** k && y - (corner[1] as number) < 2 ** k)
        assert.equal((corner[0] as number) % 2 ** k, 0)
      }
    }),
    options,
  )
})
