import { Problem } from '../base/problem.ts'
import { several } from '../base/quantity.ts'
import { canonicalNetwork } from './network.ts'
import type { Block, Capabilities, Change, GuardedBlock, Rate } from './respond.ts'

const hexadecimal = /^[0-9a-f]{1,64}$/
const wholeSecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.000)?Z$/
const mostPackets = 1e9

/**
 * The second lock on the door to a rule: the guard makes sound blocks, and no target renders one that is not, or one that it would make
 * wider than it was approved. What is removed may be anything that is sound.
 * @returns the change without the blocks whose time is over: they are not added, and not desired
 * @throws Problem `target`
 */
export function acceptable(name: string, can: Capabilities, change: Change): Change {
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new Problem('target', 'the name of a target is made of letters, digits and . _ -')
  for (const block of change.remove) mustBeSound(name, block)
  // What is added is mostly among what is desired: looked at once.
  const known = new Map<GuardedBlock, boolean>()
  const isRunning = (block: GuardedBlock) => {
    const before = known.get(block)
    if (before !== undefined) return before
    mustBeSound(name, block)
    mustBeWithin(name, can, block)
    const runs = Date.parse(block.until) > change.at
    known.set(block, runs)
    return runs
  }
  return { ...change, add: change.add.filter(isRunning), desired: change.desired.filter(isRunning) }
}

function mustBeSound(
  name: string,
  { id, plan, network, until, direction, ports, protocol, measure, rate }: Block,
): void {
  const isSound =
    canonicalNetwork(network) === network &&
    hexadecimal.test(id) &&
    hexadecimal.test(plan) &&
    wholeSecond.test(until) &&
    !Number.isNaN(Date.parse(until)) &&
    ports.every((port) => Number.isInteger(port) && port >= 0 && port <= 65_535) &&
    (ports.length === 0 ? protocol === 'any' : protocol === 'tcp' || protocol === 'udp') &&
    (direction === 'in' || direction === 'out' || direction === 'both') &&
    (measure === 'throttle' ? isRate(rate) : measure === 'block' && rate === null)
  if (isSound) return
  throw new Problem('target', `target ${name}: a block is malformed, nothing was changed`, {
    hint: 'This is a defect of Sweepwatch, or its database was changed by hand.',
  })
}

function isRate(rate: Rate | null): boolean {
  return rate !== null && isPace(rate.perSecond) && isPace(rate.burst)
}

function isPace(packets: number): boolean {
  return Number.isInteger(packets) && packets > 0 && packets <= mostPackets
}

function mustBeWithin(name: string, can: Capabilities, block: Block): void {
  const what = beyond(can, block)
  if (what === undefined) return
  throw new Problem('target', `target ${name}: ${what}, nothing was changed`, {
    hint: 'Plan without it, or choose another target.',
  })
}

/** What of a block a target cannot do; undefined where it can. */
export function beyond(can: Capabilities, { network, measure, ports }: Block): string | undefined {
  if (measure === 'throttle' && !can.throttle) return 'it cannot throttle'
  if (ports.length > 0 && !can.ports) return `it cannot keep to ${several(ports.length, 'port')}`
  return isV6(network) && !can.v6 ? 'it knows no IPv6' : undefined
}

export function isV6(network: string): boolean {
  return network.includes(':')
}

/** The address of a network that is one address; undefined for a wider one. */
export function hostOf(network: string): string | undefined {
  const [address = '', bits] = network.split('/')
  return bits === (isV6(network) ? '128' : '32') ? address : undefined
}

/** What tells our entries from those of others wherever an entry may have a comment. */
export function commentOf({ plan }: Pick<Block, 'plan'>): string {
  return `sweepwatch ${plan}`
}
