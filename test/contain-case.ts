/** A real case of a real capture, and ways to vary what is known of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Case } from '../src/case/case.ts'
import type { Scan } from '../src/detect/finding.ts'
import type { Dossier } from '../src/intel/intel.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { Guard } from '../src/respond/guard/guard.ts'
import { type Limits, usualLimits } from '../src/respond/guard/limits.ts'
import { Protected } from '../src/respond/guard/protected.ts'
import type { Author } from '../src/respond/ledger/entry.ts'
import type { PlanState } from '../src/respond/ledger/fold.ts'
import { approved, proposed } from '../src/respond/plan/decide.ts'
import type { Plan } from '../src/respond/plan/plan.ts'
import { draftPlans, type Wishes } from '../src/respond/plan/propose.ts'
import { CaseStore } from '../src/store/case-store.ts'
import { LedgerStore } from '../src/store/ledger-store.ts'

const root = join(import.meta.dirname, '..')
const found = await analyze({ paths: [join(root, 'fixtures/demo/masscan-sweep.pcap')], net: ['192.0.2.0/24'] })
const one = found.cases[0] as Case
export const source = '203.0.113.70'

export const ann: Author = { name: 'ann', login: 'ann' }
export const ben: Author = { name: 'ben', login: 'ben' }

/** The case with other scans, or more known of its sources. */
export function caseWith({
  scans = [{}],
  dossiers = [],
}: {
  scans?: readonly Partial<Scan>[]
  dossiers?: readonly Dossier[]
} = {}): Case {
  const base = one.scans[0]?.scan as Scan
  const made = scans.map((given, k) => ({ ...base, id: `${base.id}${k}`, spoofable: false, ...given }))
  return {
    ...one,
    sources: [...new Set(made.flatMap(({ sources }) => sources))],
    scans: made.map((scan) => ({ scan, joined: 'a test', at: one.opened })),
    triage: one.triage === null ? null : { ...one.triage, dossiers },
  }
}

const wishes: Wishes = {
  rate: { perSecond: 10, burst: 20 },
  ports: [],
  protocol: 'any',
  targets: ['edge'],
}

export function guardWith(limits: Partial<Limits> = {}): Guard {
  return new Guard(new Protected([{ network: '192.0.2.0/24', why: 'our own network' }]), { ...usualLimits, ...limits })
}

export function drafts(of: Case, given: Partial<Wishes> = {}, earlier = 0, guard = guardWith()): readonly Plan[] {
  const now = Date.parse('2026-11-28T12:00:00Z')
  return draftPlans(
    of,
    { ...wishes, ...given },
    { guard, earlier: () => earlier, isForged: () => false, isCovered: () => false, now },
  )
}

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

export function emptyLedger(): { readonly ledger: LedgerStore; readonly cases: CaseStore; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-contain-'))
  folders.push(folder)
  const cases = CaseStore.open(folder)
  return { ledger: new LedgerStore(cases.database), cases, folder }
}

/** Proposes a plan and approves it. @param now milliseconds */
export function approve(ledger: LedgerStore, plan: Plan, now: number, guard = guardWith()): PlanState {
  const word = { author: ann, reason: 'a test', now, policy: null }
  ledger.append([proposed(plan, word)])
  return ledger.change(plan.id, (state) => approved(state, word, { needed: 1, guard, active: 0 }))
}
