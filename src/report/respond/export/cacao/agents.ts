import type { PlanState } from '../../../../respond/ledger/fold.ts'
import { planSubject } from '../../../case/cacao/plan-playbook.ts'
import { caseUuid } from '../../../case/uuid.ts'
import { clipped } from '../../../escape.ts'

const longest = 300

/** Ids of the playbook's agents. */
export interface Agents {
  readonly sweepwatch: string
  readonly approvers: string
  /** By target. */
  readonly targets: ReadonlyMap<string, string>
}

export function agentsOf({ plan, places }: PlanState): Agents {
  const id = (kind: string, name: string) => `${kind}--${caseUuid('agent', planSubject(plan.id), name)}`
  return {
    sweepwatch: id('security-category', 'sweepwatch'),
    approvers: id('group', 'approvers'),
    targets: new Map([...places.keys()].map((name) => [name, id('security-category', `target ${name}`)])),
  }
}

export function agentDefinitions({ sweepwatch, approvers, targets }: Agents): object {
  const places = [...targets].map(([name, id]) => {
    return [id, { type: 'security-category', name: clipped(name, longest), category: ['firewall'] }] as const
  })
  return {
    [sweepwatch]: { type: 'security-category', name: 'Sweepwatch', category: ['analytics'] },
    [approvers]: { type: 'group', name: 'Who approves plans' },
    ...Object.fromEntries(places),
  }
}
