import type { Value } from '../../archive/duckdb.ts'
import { type HuntOptions, type HuntResult, runHunt } from '../../archive/hunt/run.ts'
import { isAnswered } from '../../archive/macros.ts'
import { parseAddress } from '../../base/address.ts'
import { contains, type Prefix } from '../../base/prefix.ts'
import { isoTime } from '../../base/time.ts'
import { protocolNumber } from '../../event/protocol.ts'
import { anyName, newFlow } from '../flow.ts'
import type { History, Login, NamedUse, Use, Who } from './use.ts'

/** Rows of each question; there may be more, which is said. */
const mostRows = 400_000

const usesSql = `SELECT src, dst, protocol, dst_port, icmp_type, coalesce(rule, '') AS named,
  count(*) FILTER (${isAnswered}) AS answered, count(*) FILTER (NOT ${isAnswered}) AS allowed,
  min(time) AS first, max(time) AS last
FROM contacts
WHERE time >= $from AND time < $to AND src IS NOT NULL AND dst IS NOT NULL AND (${isAnswered}
  OR (action = 'allow' AND outcome IS DISTINCT FROM 'blocked' AND outcome IS DISTINCT FROM 'refused' AND outcome IS DISTINCT FROM 'unanswered'))
GROUP BY ALL ORDER BY answered DESC, src, dst, dst_port, protocol, icmp_type, named`

const namedSql = `SELECT rule, coalesce(action, '') AS action, coalesce(src, '') AS src, count(*) AS records,
  count(*) FILTER (${isAnswered}) AS answered, min(time) AS first, max(time) AS last
FROM contacts WHERE time >= $from AND time < $to AND rule <> '' GROUP BY ALL ORDER BY records DESC, rule, action, src`

const loginsSql = `SELECT coalesce(dst, host, device, '') AS machine, coalesce(process, application, format) AS service, coalesce(account, '') AS account,
  src, count(*) FILTER (outcome = 'refused') AS failures, count(*) FILTER (outcome = 'established') AS successes, min(time) AS first, max(time) AS last
FROM events WHERE time >= $from AND time < $to AND kind = 'auth' AND src IS NOT NULL GROUP BY ALL
ORDER BY failures + successes DESC, machine, service, account, src`

const seenSql = 'SELECT min(time), max(time) FROM events WHERE time >= $from AND time < $to'

/** Says of an address, as text, who it is. */
export type Known = (source: string) => Who

export interface HistoryOptions extends Pick<HuntOptions, 'now' | 'from' | 'to' | 'timeLimit'> {
  readonly own: readonly Prefix[]
  readonly days: number
  readonly who: Known
}

/**
 * What an archive tells of the last days up to its newest event.
 * @throws Problem as `runHunt` does
 */
export async function readHistory(directory: string, options: HistoryOptions): Promise<History> {
  const { own, who, days } = options
  const ask = (sql: string) =>
    runHunt(
      directory,
      {
        id: 'review',
        title: '',
        question: '',
        note: '',
        requirement: 'C3',
        lookback: 0,
        window: days,
        needsNetworks: false,
        parameters: [],
        sql,
      },
      { ...options, own, most: mostRows },
    )
  const [uses, named, logins, seen] = [
    await ask(usesSql),
    await ask(namedSql),
    await ask(loginsSql),
    await ask(seenSql),
  ]
  const [first, last] = seen.rows[0] ?? []
  const isOurs = (text: string) => isIn(text, own)
  return {
    from: isoTime(uses.from),
    to: isoTime(uses.to),
    seen: typeof first === 'string' && typeof last === 'string' ? { first, last } : null,
    uses: uses.rows.flatMap((row) => useOf(row, isOurs, who) ?? []),
    named: namedOf(named, who),
    logins: loginsOf(logins, who),
    isCut: uses.isCut || named.isCut || logins.isCut,
    leftOut: uses.leftOut.length,
  }
}

function isIn(text: string, own: readonly Prefix[]): boolean {
  const address = parseAddress(text)
  return address !== undefined && own.some((prefix) => contains(prefix, ...address))
}

type Row = readonly Value[]

function useOf(row: Row, isOurs: (address: string) => boolean, who: Known): Use | undefined {
  const [source, target, protocolText, port, icmpType, named, answered, allowed, first, last] = row
  const [from, to] = [parseAddress(String(source)), parseAddress(String(target))]
  const protocol = protocolNumber(String(protocolText))
  if (!from || !to || protocol === undefined) return undefined
  const [fromOurs, toOurs] = [isOurs(String(source)), isOurs(String(target))]
  const flow = newFlow(from, to, {
    protocol,
    ...(typeof port === 'number' && { targetPort: port }),
    ...(typeof icmpType === 'number' && { icmpType }),
    incoming: anyName,
  })
  return {
    flow,
    source: String(source),
    target: String(target),
    protocol: String(protocolText),
    port: typeof port === 'number' ? port : undefined,
    direction: fromOurs ? (toOurs ? 'internal' : 'outbound') : toOurs ? 'inbound' : 'external',
    who: who(String(source)),
    answered: Number(answered),
    allowed: Number(allowed),
    first: String(first),
    last: String(last),
    named: String(named),
  }
}

function namedOf({ rows }: HuntResult, who: Known): readonly NamedUse[] {
  return rows.map(([rule, action, source, records, answered, first, last]) => ({
    rule: String(rule),
    action: String(action),
    source: String(source),
    who: who(String(source)),
    records: Number(records),
    answered: Number(answered),
    first: String(first),
    last: String(last),
  }))
}

function loginsOf({ rows }: HuntResult, who: Known): readonly Login[] {
  return rows.map(([machine, service, account, source, failures, successes, first, last]) => ({
    machine: String(machine),
    service: String(service),
    account: String(account),
    source: String(source),
    who: who(String(source)),
    failures: Number(failures),
    successes: Number(successes),
    first: String(first),
    last: String(last),
  }))
}
