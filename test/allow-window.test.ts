import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AllowWindow } from '../src/asset/asset.ts'
import { openRecurrence, type Recurrence } from '../src/asset/recurrence.ts'

async function opened(window: AllowWindow): Promise<Recurrence> {
  const made = await openRecurrence(window)
  assert.ok(typeof made !== 'string', String(made))
  return made
}

/** Openings between two times as `from/to`, to the minute, UTC. */
async function openings(window: AllowWindow, from: string, to: string): Promise<string[]> {
  const text = (at: number) => new Date(at).toISOString().slice(0, 16)
  const found = (await opened(window)).openings(Date.parse(from), Date.parse(to))
  return found.map(({ start, end }) => `${text(start)}/${text(end)}`)
}

const sundays = { start: '2026-01-04T02:30', minutes: 60, rule: 'FREQ=WEEKLY;BYDAY=SU' }

test('A1 a weekly window follows the wall clock over summer and winter', async () => {
  const window = { ...sundays, zone: 'Europe/Berlin' }
  assert.deepEqual(await openings(window, '2026-03-20T00:00Z', '2026-04-06T00:00Z'), [
    '2026-03-22T01:30/2026-03-22T02:30',
    // 02:30 does not exist on that day: the clock jumps from 02:00 to 03:00.
    '2026-03-29T01:30/2026-03-29T02:30',
    '2026-04-05T00:30/2026-04-05T01:30',
  ])
  assert.deepEqual(await openings(window, '2026-10-18T00:00Z', '2026-11-02T00:00Z'), [
    '2026-10-18T00:30/2026-10-18T01:30',
    // 02:30 comes twice: the first counts, and the window lasts an hour.
    '2026-10-25T00:30/2026-10-25T01:30',
    '2026-11-01T01:30/2026-11-01T02:30',
  ])
  const newYork = { ...sundays, zone: 'America/New_York' }
  assert.deepEqual(await openings(newYork, '2026-03-08T00:00Z', '2026-03-09T00:00Z'), [
    '2026-03-08T07:30/2026-03-08T08:30',
  ])
})

test('A1 a window goes on over midnight, and two that touch are one', async () => {
  const window = { start: '2026-01-01T22:00', zone: 'UTC', minutes: 240, rule: 'FREQ=WEEKLY;BYDAY=SA' }
  assert.deepEqual(await openings(window, '2026-11-22T01:00Z', '2026-11-22T01:30Z'), [
    '2026-11-21T22:00/2026-11-22T02:00',
  ])
  assert.deepEqual(await openings(window, '2026-11-22T02:00Z', '2026-11-22T03:00Z'), [])
  const always = { start: '2026-01-01T00:00', zone: 'UTC', minutes: 1440, rule: 'FREQ=DAILY' }
  assert.deepEqual(await openings(always, '2026-11-20T12:00Z', '2026-11-22T12:00Z'), [
    '2026-11-20T00:00/2026-11-23T00:00',
  ])
})

test('A1 rules with an end, with a number, by the month, every other week, once', async () => {
  const base = { start: '2026-11-01T02:00', minutes: 60 }
  const month = ['2026-11-01T00:00Z', '2026-11-30T00:00Z'] as const
  const inBerlin = { ...base, zone: 'Europe/Berlin' }
  // 02:00 UTC on the 3rd is 03:00 in Berlin: the window of that day began before the end.
  assert.equal((await openings({ ...inBerlin, rule: 'FREQ=DAILY;UNTIL=20261103T020000Z' }, ...month)).length, 3)
  assert.equal((await openings({ ...inBerlin, rule: 'FREQ=DAILY;UNTIL=20261103T005900Z' }, ...month)).length, 2)
  assert.equal((await openings({ ...inBerlin, rule: 'FREQ=DAILY;UNTIL=20261103' }, ...month)).length, 3)
  assert.equal((await openings({ ...inBerlin, rule: 'FREQ=DAILY;UNTIL=20261103T020000' }, ...month)).length, 3)
  assert.equal((await openings({ ...inBerlin, rule: 'FREQ=DAILY;COUNT=4' }, ...month)).length, 4)
  assert.deepEqual(
    await openings({ ...base, zone: 'UTC', rule: 'FREQ=MONTHLY;BYDAY=-1SU' }, '2026-11-01T00:00Z', '2026-12-31T00:00Z'),
    ['2026-11-29T02:00/2026-11-29T03:00', '2026-12-27T02:00/2026-12-27T03:00'],
  )
  assert.deepEqual(await openings({ ...base, zone: 'UTC', rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU' }, ...month), [
    '2026-11-01T02:00/2026-11-01T03:00',
    '2026-11-15T02:00/2026-11-15T03:00',
    '2026-11-29T02:00/2026-11-29T03:00',
  ])
  assert.deepEqual(await openings({ ...base, zone: 'UTC' }, ...month), ['2026-11-01T02:00/2026-11-01T03:00'])
})

test('A1 a rule that never ends is asked far from its start, and over years', async () => {
  const window = { start: '1990-01-07T02:00', zone: 'Europe/Berlin', minutes: 60, rule: 'FREQ=WEEKLY;BYDAY=SU' }
  assert.equal((await openings(window, '2026-11-22T00:00Z', '2026-11-22T23:00Z')).length, 1)
  assert.equal((await openings(window, '2016-01-01T00:00Z', '2026-01-01T00:00Z')).length, 522)
})

for (const [rule, said] of [
  ['FREQ=SECONDLY', /none of HOURLY/],
  ['FREQ=MINUTELY', /none of HOURLY/],
  ['BYDAY=SU', /has no FREQ/],
  ['FREQ=WEEKLY;BYDAY=XX', /BYDAY/],
  ['FREQ=WEEKLY;BYSECOND=1', /BYSECOND=1 is no part/],
  ['FREQ=WEEKLY;EVIL=1', /EVIL=1 is no part/],
  ['FREQ=WEEKLY\nDTSTART:19700101T000000Z', /rule/],
  ['FREQ=DAILY;INTERVAL=0', /interval/i],
  ['FREQ=DAILY;UNTIL=20269999', /UNTIL/],
  ['', /rule/],
] as const) {
  test(`A1 the rule ${JSON.stringify(rule)} is refused`, async () => {
    const made = await openRecurrence({ start: '2026-11-01T02:00', zone: 'UTC', minutes: 60, rule })
    assert.ok(typeof made === 'string')
    assert.match(made, said)
  })
}

test('A1 a rule that never comes true opens never, and takes no time', async () => {
  for (const rule of ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30']) {
    const window = { start: '2026-01-01T02:00', zone: 'UTC', minutes: 60, rule }
    assert.deepEqual(await openings(window, '2026-01-01T00:00Z', '2030-01-01T00:00Z'), [])
  }
  const dense = `FREQ=DAILY;BYHOUR=${[...Array(24).keys()]};BYMINUTE=${[...Array(60).keys()]}`
  const window = { start: '2026-01-01T02:00', zone: 'UTC', minutes: 1, rule: dense }
  assert.equal((await openings(window, '2026-02-01T00:00Z', '2026-02-02T00:00Z')).length, 1)
})

test('A1 weekly windows are those that a walk over every minute finds', async () => {
  const format = new Map<string, Intl.DateTimeFormat>()
  const wallOf = (zone: string, at: number) => {
    const made =
      format.get(zone) ??
      new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit' })
    format.set(zone, made)
    return made.format(at)
  }
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC']
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 47 }),
      fc.integer({ min: 0, max: 700 }),
      async (zone, half, day) => {
        const hour = String(half >> 1).padStart(2, '0')
        const minute = half % 2 === 0 ? '00' : '30'
        const window = { start: `2025-01-06T${hour}:${minute}`, zone, minutes: 30, rule: 'FREQ=WEEKLY;BYDAY=MO' }
        const from = Date.parse('2025-02-01T00:00Z') + day * 86400e3
        const to = from + 8 * 86400e3
        const starts = (await opened(window)).openings(from, to).map(({ start }) => start)
        const walked = new Set<string>()
        const found: number[] = []
        for (let at = from; at <= to; at += 1800e3) {
          const wall = wallOf(zone, at)
          // The second of two equal times of a day does not count.
          const key = `${wall} ${Math.floor(at / (3 * 86400e3))}`
          if (wall === `Mon ${hour}:${minute}` && !walked.has(key)) found.push(at)
          walked.add(key)
        }
        assert.deepEqual(
          starts.filter((start) => start >= from),
          found,
        )
      },
    ),
    { seed: 4, numRuns: 300 },
  )
})
