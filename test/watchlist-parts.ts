/** Logs of several days for the tests of the watch: sweeps, sessions, ordinary business; written in the time they are about. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case } from '../src/case/case.ts'
import type { WatchPeriods } from '../src/case/watch-list.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { CaseStore, type Entry } from '../src/store/case-store.ts'

const net = ['192.0.2.0/24']
export const scanner = '203.0.113.9'
const start = Date.parse('2026-11-22T03:00:00Z')
export const day = 86_400

export const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-watchlist-'))
export const folder = (name: string) => mkdtempSync(join(temporary, `${name}-`))
/** Seconds after the first sweep, ISO 8601. */
export const iso = (seconds: number) => new Date(start + 1000 * seconds).toISOString()

export interface Flow {
  readonly seconds: number
  readonly src: string
  readonly dst: string
  readonly port: number
  readonly answered: boolean
  readonly out?: number
  readonly back?: number
}

/** A flow of Suricata's EVE. */
export function flow(
  { seconds, src, dst, port, answered, out = 60, back = answered ? 60 : 0 }: Flow,
  n: number,
): string {
  const talked = out > 200 || back > 200
  const at = (when: number) => iso(when).replace('Z', '+0000')
  return JSON.stringify({
    ...{ timestamp: at(seconds + 1), flow_id: n, event_type: 'flow', src_ip: src, src_port: 40_000 + (n % 20_000) },
    ...{ dest_ip: dst, dest_port: port, proto: 'TCP' },
    flow: {
      ...{ pkts_toserver: Math.max(1, Math.ceil(out / 1000)), bytes_toserver: out, bytes_toclient: back },
      ...{
        pkts_toclient: answered ? Math.max(1, Math.ceil(back / 1000)) : 0,
        start: at(seconds),
        end: at(seconds + 1),
      },
      ...{ age: 1, state: answered ? 'closed' : 'new', reason: 'timeout' },
    },
    tcp: { tcp_flags_ts: talked ? '1b' : '02', tcp_flags_tc: answered ? (talked ? '1b' : '12') : '00' },
  })
}

/** What goes on every day: others use five servers. */
export function business(first: number): Flow[] {
  return [20, 21, 22, 23, 24].flatMap((host, k) =>
    [1, 2, 3].map((user) => ({
      ...{ seconds: first - 600 + 7 * k + user, src: `198.51.100.${user}`, dst: `192.0.2.${host}`, port: 22 },
      ...{ answered: true, out: 2000, back: 9000 },
    })),
  )
}

/** A sweep of .1 to .60 that five servers answer, or none. */
export function sweep(first: number, { src = scanner, port = 22, live = [20, 21, 22, 23, 24] } = {}): Flow[] {
  const probes = Array.from({ length: 60 }, (_, n) => ({
    ...{ seconds: first + n / 10, src, dst: `192.0.2.${n + 1}`, port, answered: live.includes(n + 1) },
  }))
  return [...business(first), ...probes]
}

/** A host of ours opens a connection to somebody. */
export const opens = (seconds: number, src: string, dst = scanner): Flow => ({
  ...{ seconds, src, dst, port: 4444, answered: true, out: 3000, back: 9000 },
})

/** Reads flows as one log into a state directory. */
export async function read(state: string, flows: readonly Flow[], watch?: WatchPeriods): Promise<readonly Case[]> {
  const path = join(temporary, `${Math.trunc(flows[0]?.seconds ?? 0)}-${flows.length}-${flows.at(-1)?.src}.json`)
  const lines = [...flows].sort((x, y) => x.seconds - y.seconds).map(flow)
  writeFileSync(path, `${lines.join('\n')}\n`)
  const { cases } = await analyze({ paths: [path], net, state, threads: 1, ...(watch && { context: { watch } }) })
  return cases
}

export function withStore<Result>(state: string, act: (store: CaseStore) => Result): Result {
  const store = CaseStore.open(state)
  try {
    return act(store)
  } finally {
    store.close()
  }
}

export const closed = (outcome: 'resolved' | 'false-alarm' | 'expected' | 'contained', at: string): Entry => ({
  ...{ at, author: 'alice', reason: 'INC-7' },
  body: { kind: 'closed', outcome, lesson: 'none', change: 'none' },
})
