import { own } from '../fixtures/case/sample.ts'
import type { PlanExportOptions } from '../src/report/respond/export/export.ts'
import { planExports } from '../src/report/respond/export/registry.ts'
import { usualLimits } from '../src/respond/guard/limits.ts'
import type { PlanState } from '../src/respond/ledger/fold.ts'
import type { Json } from './export-options.ts'

const options: PlanExportOptions = {
  own,
  internal: false,
  organisation: 'Example Organisation',
  version: '0.1.0',
  limits: usualLimits,
  outcome: null,
}

/** What one output makes of a plan. */
export function rendered(id: string, state: PlanState, changed: Partial<PlanExportOptions> = {}): string {
  const found = planExports.find((output) => output.id === id)
  if (!found) throw new Error(`no output ${id}`)
  return found.render(state, { ...options, ...changed })
}

/** The documents of an output: one, or one a line. */
export function documents(id: string, state: PlanState, changed: Partial<PlanExportOptions> = {}): Json[] {
  return rendered(id, state, changed)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

export function lacking(id: string, state: PlanState): string | undefined {
  return planExports.find((output) => output.id === id)?.lacking(state)
}
