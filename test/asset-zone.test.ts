import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneOf } from '../src/base/zone.ts'

const micros = (iso: string) => Date.parse(iso) * 1000
const utcOf = (zone: string, wall: string) =>
  new Date((zoneOf(zone)?.toUtc(micros(`${wall}Z`)) ?? Number.NaN) / 1000).toISOString()

for (const [zone, wall, utc] of [
  // Clocks forward: the time does not exist, and is read with the offset from before.
  ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30'],
  ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:30'],
  ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45'],
  ['Australia/Lord_Howe', '2026-10-04T02:45', '2026-10-03T15:45'],
  // Clocks back: the time comes twice, and the first is meant.
  ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30'],
  ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30'],
  ['Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00'],
  // A day that was left out.
  ['Pacific/Apia', '2011-12-31T12:00', '2011-12-30T22:00'],
  ['+05:30', '2026-11-22T02:00', '2026-11-21T20:30'],
  ['UTC', '2026-11-22T02:00', '2026-11-22T02:00'],
] as const) {
  test(`${wall} in ${zone} is ${utc} UTC`, () => assert.equal(utcOf(zone, wall), `${utc}:00.000Z`))
}

test('every hour of a year in a zone with two changes comes back from UTC', () => {
  const zone = zoneOf('Europe/Berlin')
  assert.ok(zone)
  const wrong: string[] = []
  for (let hour = 0; hour < 8760; hour++) {
    const utc = micros('2026-01-01T00:10Z') + hour * 3600e6
    const back = zone.toUtc(zone.toWall(utc))
    // The second 02:10 of the night in October is read as the first.
    if (back !== utc && utc !== micros('2026-10-25T01:10Z')) wrong.push(new Date(utc / 1000).toISOString())
  }
  assert.deepEqual(wrong, [])
})

test('what is no zone is none', () => assert.equal(zoneOf('Nowhere/Land'), undefined))
