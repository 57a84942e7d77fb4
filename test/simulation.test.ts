import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../bench/random.ts'
import { upperBound } from '../bench/simulate/bound.ts'
import { Contact, Day, Trait } from '../bench/simulate/day.ts'
import { daysOf, merge, newTally, simulate } from '../bench/simulate/population.ts'
import { DayRecorder } from '../bench/simulate/recorder.ts'
import { type Role, roles } from '../bench/simulate/roles.ts'
import type { Surroundings } from '../bench/simulate/surroundings.ts'
import { type OperatingPoint, operatingPoints, Steps, Trial } from '../bench/simulate/trial.ts'
import { Knowledge } from '../src/detect/judge/knowledge.ts'
import { openView } from '../src/detect/judge/view.ts'
import { AttemptJournal, State } from '../src/track/journal.ts'
import { MethodCode } from '../src/track/method.ts'

const role = (name: string) => roles.find((each) => each.name === name) as Role
const point = (name: string) => operatingPoints.find((each) => each.name === name) as OperatingPoint

test('the upper bound is that of Clopper and Pearson', () => {
  // 1 - 0.05^(1/n) for none; the others from the beta quantile qbeta(0.95, k + 1, n - k)
  assert.ok(Math.abs(upperBound(0, 1000) - (1 - 0.05 ** (1 / 1000))) < 1e-12)
  assert.ok(Math.abs(upperBound(1, 10) - 0.394163302) < 1e-8)
  assert.ok(Math.abs(upperBound(5, 1000) - 0.010484077) < 1e-8)
  assert.equal(upperBound(7, 7), 1)
})

test('the benign population is hard for the textbook random walk, and the same seed gives the same days', () => {
  const [once, again] = [newTally(), newTally()]
  for (const [place, each] of roles.entries()) {
    merge(once, simulate(each, daysOf(each, 4000), place))
    merge(again, simulate(each, daysOf(each, 4000), place))
  }
  assert.deepEqual(once, again)
  assert.ok(once.walk / once.days >= 0.04, `${once.walk} of ${once.days} accused`)
})

/** Journal rows of other sources, that make a real memory know what the surroundings say. */
function others(journal: AttemptJournal, around: Surroundings): AttemptJournal {
  const made = new AttemptJournal(journal.length * 12)
  const add = (row: number, other: number, state: number, port: number) => {
    const to = made.length
    made.copy(journal, row)
    made.address[8 * to + 3] = ((journal.address[8 * row + 3] as number) ^ (0x800000 + 7919 * other)) >>> 0
    made.time[to] = made.lastAt[to] = (journal.time[row] as number) - 86_400e6
    made.answeredAt[to] = (made.time[to] as number) + 50_000
    made.state[to] = state
    made.dstPort[to] = port
  }
  for (let row = 0; row < journal.length; row++) {
    const count = around.serves[row] === 5 ? 12 : around.serves[row] === 1 ? 3 : 0
    for (let other = 0; other < count; other++) add(row, other, State.established, journal.dstPort[row] as number)
    if (count === 0 && around.lives[row] === 1) add(row, 0, State.refused, 1)
  }
  return made
}

for (const name of ['crawler in', 'monitor in', 'P2P in', 'NAT out']) {
  test(`a real memory that met the same services reads the contacts of "${name}" alike`, () => {
    const day = new Day(new Random(5))
    const recorder = new DayRecorder(new Random(6), 1 << 13)
    for (let n = 0; n < 40; n++) {
      day.draw(role(name))
      if (recorder.fits(day)) recorder.record(day, role(name))
    }
    const { journal, around } = recorder
    const trial = new Trial(journal, around)
    const view = trial.view(point('warm'))
    const [knowledge, outside] = [new Knowledge(17), new Knowledge(17)]
    const before = others(journal, around)
    const sides = new Trial(before, around).view(point('warm')).sides
    knowledge.learn(before, sides, true)
    knowledge.learn(journal, view.sides, true)
    outside.learnOutside(before, sides)
    outside.learnOutside(journal, view.sides)
    knowledge.learnedFor = view.knowledge.learnedFor
    const real = openView({ ...view, knowledge, outside })
    let failures = 0
    for (let row = 0; row < journal.length; row++) {
      assert.equal(view.readings.term(row), real.readings.term(row), `row ${row}, state ${journal.state[row]}`)
      if (!journal.has(row, State.established)) failures++
    }
    assert.ok(failures > 10)
  })
}

/** A day of first contacts of one kind, each with a host of its own. */
function uniformDay(contacts: number, kind: number, traits: number): Day {
  const day = new Day(new Random(1))
  for (let i = 0; i < contacts; i++) {
    day.kind[i] = kind
    day.traits[i] = traits
    day.host[i] = i
    day.port[i] = 23
    day.hour[i] = 1 + i / 100
  }
  day.length = day.hosts = contacts
  return day
}

function accused(day: Day, name: string): boolean {
  const recorder = new DayRecorder(new Random(1), 1 << 13)
  recorder.record(day, role('client in'))
  return new Trial(recorder.journal, recorder.around).hold(point(name), new Steps()).length > 0
}

test('a sweep of dark addresses, written by the same recorder, is accused whatever is known', () => {
  for (const { name } of operatingPoints) assert.equal(accused(uniformDay(12, Contact.dark, 0), name), true, name)
})

test('an outage of services that serve others accuses only where nothing of others is known', () => {
  const day = uniformDay(200, Contact.outage, Trait.known | Trait.serves)
  for (const { name } of operatingPoints) assert.equal(accused(day, name), name === 'cold', name)
})

test('a target contacted twice is one row, with the later answer', () => {
  const day = uniformDay(2, Contact.outage, Trait.known | Trait.serves)
  day.host[1] = 0
  day.kind[1] = Contact.answeredPopular
  const recorder = new DayRecorder(new Random(1), 16)
  recorder.record(day, role('client in'))
  const { journal } = recorder
  assert.equal(journal.length, 1)
  assert.ok(journal.has(0, State.established))
  assert.ok((journal.answeredAt[0] as number) > (journal.time[0] as number) + 30e6)
  assert.equal(journal.method[0], MethodCode.tcpSyn)
})
