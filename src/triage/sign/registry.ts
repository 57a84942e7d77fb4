import type { Sign } from '../../case/case.ts'
import { networkOf } from '../../case/fingerprint.ts'
import type { Facts } from '../facts.ts'
import adminPair from './admin-pair.ts'
import exploit from './exploit.ts'
import firstDestination from './first-destination.ts'
import guessing from './guessing.ts'
import insideScan from './inside-scan.ts'
import login from './login.ts'
import outbound from './outbound.ts'
import session from './session.ts'
import type { Scene, SignSource } from './sign.ts'
import uncommon from './uncommon.ts'

/** What may follow a scan, in the order of the kill chain. */
const signSources: readonly SignSource[] = [
  session,
  exploit,
  guessing,
  login,
  firstDestination,
  outbound,
  insideScan,
  adminPair,
  uncommon,
]

/** Signs told of one case; of more the surest. */
const mostSigns = 200
/** Systems and actors that are asked about. */
const mostHosts = 1024
const mostActors = 256
/** Systems whose other visitors are looked at. */
const mostVisited = 256

/** What followed on the systems that answered, in the order of time (requirements Q4, E3, E4). */
export function signsOf(facts: Facts): Sign[] {
  const scene = sceneOf(facts)
  const { alsoTouched } = facts
  const found = signSources
    .flatMap((source) => source.find(scene))
    // Of a host that was asked and said nothing, only what ties it to the actor follows from the scan.
    .filter(({ host, peer }) => !alsoTouched?.has(host) || (peer !== null && scene.actors.has(peer)))
  const kept = found.length <= mostSigns ? found : found.sort((x, y) => y.confidence - x.confidence).slice(0, mostSigns)
  return kept.sort((x, y) => (x.first < y.first ? -1 : x.first > y.first ? 1 : 0))
}

function sceneOf(facts: Facts): Scene {
  const answered = new Map<string, Set<number>>()
  const inside = new Set(facts.inside.map(({ id }) => id))
  for (const scan of facts.scans) {
    if (inside.has(scan.id)) continue
    for (const { address, port } of scan.open) {
      const ports = answered.get(address)
      if (ports) ports.add(port)
      else if (answered.size < mostHosts) answered.set(address, new Set([port]))
    }
  }
  for (const host of facts.alsoTouched ?? []) {
    if (!answered.has(host) && answered.size < mostHosts) answered.set(host, new Set())
  }
  const named = new Set([...facts.sources, ...facts.accomplices.map(({ source }) => source)].slice(0, mostActors))
  const actors = new Set(named)
  for (const neighbour of neighbours(facts, answered, named)) if (actors.size < mostActors) actors.add(neighbour)
  const scanners = new Set(facts.scans.flatMap(({ sources }) => sources))
  const found = new Set(facts.scans.flatMap(({ open }) => open.map(({ address, port }) => `${address} ${port}`)))
  return { ...facts, answered, scanners, found, named, actors }
}

/** Other sources of the actors' networks that came to what had answered, after the scan began: the same cluster. */
function* neighbours(
  facts: Facts,
  answered: ReadonlyMap<string, ReadonlySet<number>>,
  named: ReadonlySet<string>,
): Generator<string> {
  const networks = new Set([...named].filter((actor) => !facts.activity.isOwn(actor)).map(networkOf))
  for (const host of [...answered.keys()].slice(0, mostVisited)) {
    const visits = facts.activity.contacts(
      host,
      'dst',
      ({ src, port, last }) =>
        last >= facts.first && answered.get(host)?.has(port) === true && networks.has(networkOf(src)),
    )
    for (const { src } of visits) yield src
  }
}
