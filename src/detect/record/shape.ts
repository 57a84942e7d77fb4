import { Protocol, protocolName } from '../../event/protocol.ts'
import { type AttemptJournal, State } from '../../track/journal.ts'
import { MethodCode, methodNames } from '../../track/method.ts'
import type { Method, Shape } from '../finding.ts'
import { TargetKeys } from './target-keys.ts'

/** What a set of contacts covers. */
export interface Coverage {
  readonly addresses: number
  readonly ports: readonly number[]
  readonly protocols: readonly string[]
  /** Distinct (address, protocol, port). */
  readonly targets: number
  readonly shape: Shape
}

export function coverageOf(journal: AttemptJournal, rows: Uint32Array): Coverage {
  const keys = new TargetKeys(journal)
  const addresses = new Set<number | string>()
  const services = new Set<number>()
  const targets = new Set<number | string>()
  for (const row of rows) {
    addresses.add(keys.host(row))
    services.add(keys.service(row))
    targets.add(keys.target(row))
  }
  const protocols = new Set([...services].map((service) => protocolName(service >>> 16)))
  const ports = new Set([...services].filter((service) => hasPorts(service >>> 16)).map((service) => service & 0xffff))
  return {
    addresses: addresses.size,
    ports: [...ports].sort((x, y) => x - y),
    protocols: [...protocols].sort(),
    targets: targets.size,
    shape: shapeOf(addresses.size, services.size),
  }
}

function hasPorts(protocol: number): boolean {
  return protocol === Protocol.tcp || protocol === Protocol.udp || protocol === Protocol.sctp
}

/**
 * Vertical: many ports of at most four hosts. Block: more than five ports of more hosts, or at least three ports of more
 * than 256 addresses. Else horizontal: a sweep of addresses.
 */
function shapeOf(addresses: number, services: number): Shape {
  if (addresses <= 4 && services >= 6 && services > addresses) return 'vertical'
  if (services > 5 || (services >= 3 && addresses > 256)) return 'block'
  return 'horizontal'
}

/** The probing methods, most used first; those below 2 % of the probes are retransmission artefacts and left out. */
export function methodsOf(journal: AttemptJournal, rows: Uint32Array): Method[] {
  const counts = new Map<Method, number>()
  let completed = 0
  let halfOpen = 0
  let answered = 0
  let grabs = 0
  for (const row of rows) {
    const code = journal.method[row] as number
    if (code === MethodCode.tcpSyn && journal.has(row, State.established)) {
      answered++
      if (journal.has(row, State.completed)) completed++
      if (journal.has(row, State.halfOpen)) halfOpen++
    }
    if (isBannerGrab(journal, row)) grabs++
    const name = methodNames[code] as Method
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  // A version scan asks half-open first and connects to what is open then.
  const syn = counts.get('tcp-syn')
  if (syn !== undefined && answered > 0 && completed * 2 > answered) {
    if (halfOpen * 2 < answered) counts.delete('tcp-syn')
    counts.set('tcp-connect', halfOpen * 2 < answered ? syn : completed)
  }
  const methods = [...counts].filter(([, count]) => count >= 0.02 * rows.length).sort((x, y) => y[1] - x[1])
  const names = methods.map(([name]) => name)
  return grabs >= 3 ? [...names, 'banner'] : names
}

/** The handshake completed, the server spoke first and the source said nothing before it left: its banner was wanted. */
function isBannerGrab(journal: AttemptJournal, row: number): boolean {
  if (!journal.has(row, State.completed) || !journal.has(row, State.replyData) || journal.has(row, State.data))
    return false
  // Leaving in the same instant, before the banner can have been read, is a port check.
  return (journal.lastAt[row] as number) - (journal.answeredAt[row] as number) >= 1e3
}

/** TCP data went both ways: the source talked to what it found. */
export function converses(journal: AttemptJournal, row: number): boolean {
  return journal.protocol[row] === Protocol.tcp && journal.has(row, State.data) && journal.has(row, State.replyData)
}
