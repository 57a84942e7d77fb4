import { formatPrefix, truncate } from '../../base/prefix.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import { fewestContacts, type Judge } from '../judge/judge.ts'
import { SourceGroups } from '../judge/sources.ts'
import type { View } from '../judge/view.ts'
import { type Charge, chargesOf } from '../record/sentence.ts'
import type { Coordinated } from './coordination.ts'

/** IPv6 senders that change their address inside a /64 or /48: judged by prefix, where no single address decides. */
export function accusePrefixes(view: View, judge: Judge, joined: ReadonlySet<number>): Charge[] {
  const charges: Charge[] = []
  const done = new Set<string>()
  for (const bits of [64, 48] as const) {
    const groups = prefixGroups(view.journal, bits)
    for (let g = 0; g < groups.count; g++) {
      const rows = groups.of(g, view.journal.time)
      // Our own networks hold many hosts; a prefix of theirs is nobody.
      if (!view.sides.dst(rows[0] as number) || view.sides.src(rows[0] as number) || joined.has(rows[0] as number))
        continue
      if (rows.length < fewestContacts || !rotates(view.journal, rows, bits)) continue
      const prefix = prefixText(view.journal, rows[0] as number, bits)
      if (done.has(prefixText(view.journal, rows[0] as number, 48))) continue
      if (judge.judge(rows).decidedAt === undefined) continue
      done.add(prefixText(view.journal, rows[0] as number, 48))
      charges.push(...chargesOf(view, -2 - g, rows, judge).map((each) => ({ ...each, prefix })))
    }
  }
  return charges
}

/** Whether a group's sources all lie in one IPv6 /48: one sender that changes its address, not several. */
export function isOneNetwork(view: View, groups: SourceGroups, { sources }: Coordinated): boolean {
  const { journal } = view
  const network = (g: number) => prefixText(journal, groups.of(g)[0] as number, 48)
  const first = sources[0] as number
  return !isV4(journal, 8 * (groups.of(first)[0] as number)) && sources.every((g) => network(g) === network(first))
}

/** The contacts of coordinated sources: their scan is told already. */
export function coordinatedRows(view: View, groups: SourceGroups, coordinated: readonly Coordinated[]): Set<number> {
  return new Set(coordinated.flatMap((each) => each.sources.flatMap((g) => [...groups.of(g, view.journal.time)])))
}

export function prefixGroups(journal: AttemptJournal, bits: 64 | 48): SourceGroups {
  const lastMask = bits === 64 ? 0xffffffff : 0xffff0000
  return new SourceGroups(journal, (method) => method < MethodCode.response, 2, lastMask)
}

export function isV4(journal: AttemptJournal, p: number): boolean {
  return journal.address[p] === 0 && journal.address[p + 2] === 0xffff
}

/**
 * Whether an IPv6 prefix's contacts come from at least four addresses of it (for a /48: /64s), none of which made more than
 * a quarter of them, or three.
 */
export function rotates(journal: AttemptJournal, rows: Uint32Array, bits: 64 | 48): boolean {
  if (isV4(journal, 8 * (rows[0] as number))) return false
  const counts = new Map<string, number>()
  for (const row of rows) {
    const p = 8 * row
    const a = journal.address
    const key = bits === 64 ? `${a[p + 2]} ${a[p + 3]}` : `${a[p + 1]}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts.size >= 4 && Math.max(...counts.values()) <= Math.max(3, 0.25 * rows.length)
}

function prefixText(journal: AttemptJournal, row: number, bits: number): string {
  const a = journal.address
  const p = 8 * row
  return formatPrefix(truncate([a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number], bits))
}
