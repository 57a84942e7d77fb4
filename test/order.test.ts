import assert from 'node:assert/strict'
import { test } from 'node:test'
import { binomialTail, classifyOrder, RunningOrder } from '../src/detect/judge/order.ts'

/** Park-Miller, so that every run sees the same orders. */
function shuffled(count: number, seed: number): number[] {
  let state = seed
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647
  const list = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
  return list
}

/** ZMap's order over n targets: x -> g x mod p. */
function zmap(n: number, prime: number, generator: number): number[] {
  const list: number[] = []
  for (let x = generator; list.length < n; x = (x * generator) % prime) if (x <= n) list.push(x - 1)
  return list
}

const kindOf = (positions: number[], size = 256) => classifyOrder(positions, size, 0).kind

test('orders are told apart', () => {
  const upward = Array.from({ length: 64 }, (_, i) => i)
  assert.equal(kindOf(upward), 'sequential')
  assert.equal(kindOf([...upward].reverse()), 'reverse')
  assert.equal(kindOf(upward.map((i) => (i * 7) % 256)), 'strided')
  assert.equal(kindOf(upward.filter((i) => i % 10 !== 3)), 'sequential')
  assert.equal(kindOf(zmap(64, 257, 3)), 'permuted')
  assert.equal(kindOf(zmap(512, 65537, 3), 4096), 'permuted')
  assert.equal(kindOf([7, 200]), 'unknown')
})

test('four addresses in a row are proof: p <= 1e-6, and the exact bound for five', () => {
  assert.ok(classifyOrder([10, 11, 12, 13], 256, 0).p <= 1e-6)
  assert.ok(classifyOrder([10, 11, 12, 13, 14], 256, 0).p <= 1e-7)
})

test('random orders are called random, and hardly ever regular', () => {
  let accused = 0
  for (let seed = 1; seed <= 2000; seed++) {
    const { kind, p } = classifyOrder(shuffled(256, seed).slice(0, 40), 256, 0)
    if (kind !== 'random') accused++
    assert.ok(p > 1e-7, `seed ${seed}: p = ${p}`)
  }
  assert.ok(accused <= 2, `${accused} of 2000 random orders were called regular`)
})

test('the running test proves a sweep at its fourth address and stays calm on random orders', () => {
  const order = new RunningOrder()
  order.reset()
  const chances = [5, 6, 7, 8].map((position) => order.visit(position, false))
  assert.ok(chances[2]! > 1e-6 && chances[3]! <= 1e-6, String(chances))
  for (let seed = 1; seed <= 500; seed++) {
    order.reset()
    for (const position of shuffled(256, seed)) assert.ok(order.visit(position, false) > 1e-6, `seed ${seed}`)
  }
})

test('the binomial tail is exact where it can be checked by hand', () => {
  assert.equal(binomialTail(0, 5, 0.3), 1)
  assert.ok(Math.abs(binomialTail(1, 3, 0.5) - 0.875) < 1e-12)
  assert.ok(Math.abs(binomialTail(3, 3, 1 / 255) - (1 / 255) ** 3) < 1e-18)
  assert.equal(binomialTail(4, 3, 0.5), 0)
})

test('where a log tells no outcomes, neighbours among networks far apart prove no order', () => {
  const far = [1_000_000_000, 2_000_000_000, 3_000_000_000, 500_000_000]
  for (let seed = 1; seed <= 50; seed++) {
    const order = new RunningOrder()
    for (const [k, position] of shuffled(40, seed).entries()) {
      if (k % 4 === 0) order.visit((far[(k / 4) % 4] as number) + k * 1000, true)
      assert.ok(order.visit(167_772_160 + 5 * position, true) > 1e-6, `seed ${seed}`)
    }
  }
  const sweep = new RunningOrder()
  const chances = Array.from({ length: 6 }, (_, k) => sweep.visit(167_772_160 + k, true))
  assert.ok((chances.at(-1) as number) < 1e-6)
})
