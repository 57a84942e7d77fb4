import type { DatabaseSync } from 'node:sqlite'
import type { Activity } from '../../case/activity/activity.ts'
import { isAdmin } from '../../event/port-kinds.ts'
import { type DaySeen, isNewInput, isWatched, rememberDay } from '../../store/host-memory.ts'

/** Hosts and ends written of one input; a host of ours that is not among them has no past. */
const mostHosts = 65536
const mostPeers = 2 ** 18

interface Day {
  readonly outbound: Map<string, number>
  readonly peers: Map<string, readonly [string, string]>
  readonly admin: Map<string, readonly [string, string, number]>
  readonly ports: Map<number, Set<string>>
}

export interface Days {
  /** Days from this one on are left out (2026-11-22). */
  readonly before?: string
  /** Known by this, an input is taken up once, however often it is read. */
  readonly input?: string
}

/**
 * Writes down what was seen of our hosts, day by day, for later days to be compared with. A live service writes a day once it is
 * over, and once.
 */
export function rememberDays(database: DatabaseSync, activity: Activity, { before, input }: Days): void {
  if (!activity.ownKnown || (input !== undefined && !isNewInput(database, input))) return
  const days = new Map<string, Day>()
  let peers = 0
  for (const { day, src, dst, port, srcOwn, dstOwn, bytesOut, cameToSomething } of activity.everyContact()) {
    if (before !== undefined && day >= before) continue
    const seen = days.get(day) ?? { outbound: new Map(), peers: new Map(), admin: new Map(), ports: new Map() }
    days.set(day, seen)
    if (srcOwn && cameToSomething) {
      if (!dstOwn && (seen.outbound.has(src) || seen.outbound.size < mostHosts)) {
        seen.outbound.set(src, (seen.outbound.get(src) ?? 0) + bytesOut)
      }
      if (!dstOwn && peers++ < mostPeers) seen.peers.set(`${src} ${dst}`, [src, dst])
      if (dstOwn && isAdmin(port) && peers++ < mostPeers) seen.admin.set(`${src} ${dst} ${port}`, [src, dst, port])
    } else if (!srcOwn && dstOwn && port > 0) {
      const sources = seen.ports.get(port) ?? new Set()
      if (sources.size < mostHosts) sources.add(src)
      seen.ports.set(port, sources)
    }
  }
  for (const [day, seen] of days) {
    if (before === undefined || !isWatched(database, day)) rememberDay(database, daySeen(day, seen))
  }
}

function daySeen(day: string, { outbound, peers, admin, ports }: Day): DaySeen {
  return {
    day,
    outbound,
    peers: [...peers.values()],
    admin: [...admin.values()],
    ports: new Map([...ports].map(([port, sources]) => [port, sources.size])),
  }
}
