/** Which packets of contained networks are counted, before and behind the place where they are contained. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Mark, Outcome } from '../src/event/batch.ts'
import { Position, Sightings, type Watched } from '../src/respond/proof/sightings.ts'
import { source } from './contain-case.ts'
import { batchOf, inside, nobody, type Row, start } from './contain-rows.ts'

const positionOf = (sensor: number) => [Position.unknown, Position.before, Position.behind][sensor] as number

function watched(given: Partial<Watched> = {}): Watched {
  const network = given.network ?? `${source}/32`
  const always = { from: 1000 * start, to: Number.POSITIVE_INFINITY }
  return { id: network, network, direction: 'in', ports: [], protocol: 'any', ...always, ...given }
}

/** Packets before and behind, for each that is watched. */
function seen(rows: readonly Row[], ...list: readonly Watched[]): readonly (readonly [number, number])[] {
  const sightings = new Sightings(positionOf)
  sightings.watch(list)
  sightings.observe(batchOf(rows))
  return list.map(({ id }) => [sightings.of(id).before, sightings.of(id).behind] as const)
}

describe('sightings', () => {
  test('count packets of the network before and behind, and nothing from where nobody knows the place', () => {
    const rows = [
      {},
      {},
      { sensor: inside },
      { sensor: nobody },
      { from: '203.0.113.71' },
      { to: source, from: '192.0.2.9' },
    ]
    assert.deepEqual(seen(rows, watched()), [[2, 1]])
  })

  test('of a /32 inside a /24 that another plan watches, both count; each its own where they lie beside', () => {
    const list = [watched({ network: '203.0.113.0/24' }), watched(), watched({ network: '203.0.113.71/32' })]
    const rows = [{}, { from: '203.0.113.71' }, { from: '203.0.113.71', sensor: inside }, { from: '203.0.112.70' }]
    const wanted = [
      [2, 1],
      [1, 0],
      [1, 1],
    ]
    assert.deepEqual(seen(rows, ...list), wanted)
    assert.deepEqual(seen(rows, ...list.toReversed()), wanted.toReversed())
  })

  test('of the same network watched by two plans, both count', () => {
    const list = [
      watched({ id: 'one' }),
      watched({ id: 'two' }),
      watched({ id: 'three', ports: [80], protocol: 'tcp' }),
    ]
    assert.deepEqual(seen([{}, { sensor: inside }], ...list), [
      [1, 1],
      [1, 1],
      [0, 0],
    ])
  })

  test('IPv6: a /64 and the /128 in it', () => {
    const list = [watched({ network: '2001:db8:9:9::/64' }), watched({ network: '2001:db8:9:9::5/128' })]
    const rows = [{ from: '2001:db8:9:9::5' }, { from: '2001:db8:9:9::6' }, { from: '2001:db8:9:a::5' }]
    assert.deepEqual(seen(rows, ...list), [
      [2, 0],
      [1, 0],
    ])
  })

  test('keep to the direction: what goes to it, what comes from it, or both', () => {
    const back = { from: '192.0.2.9', to: source }
    const rows = [{}, back, back, { ...back, sensor: inside }]
    const each = (direction: Watched['direction']) => seen(rows, watched({ direction }))[0]
    assert.deepEqual(
      [each('in'), each('out'), each('both')],
      [
        [1, 0],
        [1, 2],
        [2, 2],
      ],
    )
  })

  test('keep to the ports of ours and their protocol', () => {
    const rows = [{}, { dstPort: 80 }, { protocol: 17 }, { srcPort: 22, dstPort: 40_000 }]
    assert.deepEqual(seen(rows, watched({ ports: [22], protocol: 'tcp' })), [[1, 0]])
    const back = [
      { from: '192.0.2.9', to: source, srcPort: 22, dstPort: 40_000 },
      { from: '192.0.2.9', to: source },
    ]
    assert.deepEqual(seen(back, watched({ ports: [22], protocol: 'tcp', direction: 'out' })), [[0, 1]])
  })

  test('keep to the time: from when on, and until before when', () => {
    const rows = [0, 9.999, 10, 19.999, 20].map((at) => ({ at }))
    const time = { from: 1000 * start + 10e6, to: 1000 * start + 20e6 }
    assert.deepEqual(seen(rows, watched(time)), [[2, 0]])
  })

  test('a denied packet was recorded before the place, whoever recorded it', () => {
    const denied = { outcome: Outcome.blocked }
    const rows = [denied, { ...denied, sensor: inside }, { ...denied, sensor: nobody }]
    assert.deepEqual(seen(rows, watched()), [[3, 0]])
  })

  test('a packet that an ICMP error quotes is not counted: it was seen elsewhere', () => {
    assert.deepEqual(seen([{ marks: Mark.quoted, sensor: inside }], watched()), [[0, 0]])
  })

  test('flows count their packets; one that tells none is one', () => {
    assert.deepEqual(
      seen([{ packets: 250 }, { packets: 0, sensor: inside }, { packets: 3, sensor: inside }], watched()),
      [[250, 4]],
    )
  })

  test('the first record behind is kept as evidence, also when the list changes', () => {
    const sightings = new Sightings(positionOf)
    sightings.watch([watched()])
    sightings.observe(
      batchOf([
        { sensor: inside, offset: 777 },
        { sensor: inside, offset: 999 },
      ]),
    )
    sightings.watch([watched({ network: '198.51.100.1/32' }), watched()])
    sightings.observe(batchOf([{ sensor: inside, offset: 1111 }]))
    const { behind, example } = sightings.of(`${source}/32`)
    assert.deepEqual([behind, example], [3, { sensor: inside, offset: 777, length: 60 }])
    assert.deepEqual(sightings.of('198.51.100.1/32'), { before: 0, telling: 0, behind: 0, example: null })
    sightings.watch([])
    assert.equal(sightings.of(`${source}/32`).behind, 0)
  })

  test('whether anybody looked is told by records of anybody', () => {
    const sightings = new Sightings(positionOf)
    assert.deepEqual(sightings.looked(0), { before: false, behind: false })
    sightings.observe(batchOf([{ from: '198.51.100.9', at: 5, sensor: inside }]))
    assert.deepEqual(sightings.looked(1000 * start + 4e6), { before: false, behind: true })
    assert.deepEqual(sightings.looked(1000 * start + 6e6), { before: false, behind: false })
  })
})
