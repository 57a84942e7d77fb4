import { caseUuid } from '../uuid.ts'

/** What ids in the playbook of a containment plan are made of. */
export function planSubject(planId: string): string {
  return `plan ${planId}`
}

/** The playbook of a containment plan: the playbook of its case refers to it. */
export function planPlaybookId(planId: string): string {
  return `playbook--${caseUuid('playbook', planSubject(planId))}`
}
