import type { LearnedService, Sign, TouchedHost } from '../case/case.ts'
import { servicesFound } from '../case/services-found.ts'
import { compromise } from './compromise.ts'
import type { Judged } from './facts.ts'

/** Hosts told one by one; the rest are counted. */
const mostTouched = 512
/** Below this a sign makes nobody suspect. */
const enough = 0.5

export interface Touched {
  readonly hosts: readonly TouchedHost[]
  readonly omitted: number
}

/**
 * Our systems that were touched and answered or did something afterwards, suspects first: clean, suspect, or not to be known from
 * these logs (requirement C2).
 */
export function touchedBy(facts: Judged): Touched {
  const services = answeredServices(facts)
  const all = [...services.keys()]
  const signs = Map.groupBy(facts.signs, ({ host }) => host)
  const suspects = all.filter((host) => isSuspect(signs.get(host) ?? []))
  const order = [...suspects, ...all.filter((host) => !suspects.includes(host))]
  const hosts = order
    .slice(0, mostTouched)
    .map((host) => stateOf(facts, host, services.get(host) ?? [], signs.get(host) ?? []))
  return { hosts, omitted: order.length - hosts.length }
}

/** By host; what several scans found is there once. Hosts that only signs tell of are among them, with nothing that answered. */
function answeredServices(facts: Judged): Map<string, LearnedService[]> {
  const services = new Map<string, LearnedService[]>()
  for (const { address, port, protocol } of servicesFound(facts.scans)) {
    if (!facts.activity.isOwn(address)) continue
    const known = services.get(address)
    const service = { address, port, protocol, banner: null }
    if (known) known.push(service)
    else services.set(address, [service])
  }
  for (const { host } of facts.signs) if (!services.has(host)) services.set(host, [])
  return services
}

function isSuspect(signs: readonly Sign[]): boolean {
  return signs.some((sign) => isOfCompromise(sign) && sign.confidence >= enough)
}

function isOfCompromise({ kind }: Sign): boolean {
  return compromise.includes(kind)
}

function stateOf(
  facts: Judged,
  address: string,
  answered: readonly LearnedService[],
  signs: readonly Sign[],
): TouchedHost {
  const asset = facts.inventory?.find(address) ?? null
  const told = banners(facts, address, answered)
  if (isSuspect(signs)) {
    // What it did itself comes first: what was done to it may be long.
    const ordered = [...signs].sort((x, y) => Number(isOfCompromise(y)) - Number(isOfCompromise(x)))
    return { address, asset, answered: told, state: 'suspect', because: ordered.map(({ text }) => text).slice(0, 8) }
  }
  const speaks = facts.activity.contacts(address, 'src').length > 0
  const attacked = signs.filter(({ kind }) => kind === 'exploit' || kind === 'guessing')
  const attempts = attacked.map(({ text }) => text).slice(0, 4)
  if (!speaks && facts.activity.seen('auth') === 0 && facts.activity.seen('process') === 0) {
    const because = [
      'None of the logs shows what it does itself: neither flows from it, nor logins, nor its programs.',
      ...attempts,
    ]
    return { address, asset, answered: told, state: 'unknown', because }
  }
  if (attempts.length > 0) {
    const because = [
      'It was attacked, and nothing it did afterwards is out of the way; what happened inside it these logs do not tell.',
      ...attempts,
    ]
    return { address, asset, answered: told, state: 'unknown', because }
  }
  const because = [
    speaks
      ? 'What it contacts itself is seen, and nothing of it is out of the way.'
      : 'No login or program of it is out of the way.',
  ]
  return { address, asset, answered: told, state: 'clean', because }
}

/** What the services said of themselves to the actors. */
function banners(facts: Judged, host: string, answered: readonly LearnedService[]): LearnedService[] {
  if (answered.length === 0) return []
  const actors = new Set([...facts.sources, ...facts.accomplices.map(({ source }) => source)])
  const told = new Map<number, string>()
  for (const { port, told: reply } of facts.activity.contacts(
    host,
    'dst',
    ({ src, told }) => told !== undefined && actors.has(src),
  )) {
    const line =
      reply === undefined
        ? ''
        : (Buffer.from(reply.subarray(0, 120))
            .toString('latin1')
            .split(/[\r\n]/, 1)[0] ?? '')
    const words = line.replace(/[^\x20-\x7e]/g, '')
    if (words.length >= 4 && !told.has(port)) told.set(port, words)
  }
  return answered.map((service) => ({ ...service, banner: told.get(service.port) ?? null }))
}
