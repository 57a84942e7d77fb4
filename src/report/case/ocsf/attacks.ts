import type { RelatedTechnique } from '../../../case/case.ts'
import { clipped } from '../../escape.ts'

const mostTechniques = 50

/** T1595.001, and what else of ATT&CK was seen. */
export function attacksOf(techniques: readonly RelatedTechnique[]): readonly object[] {
  const seen = techniques.filter(({ state }) => state === 'seen').slice(0, mostTechniques)
  return [
    {
      tactic: { uid: 'TA0043', name: 'Reconnaissance' },
      technique: { uid: 'T1595', name: 'Active Scanning' },
      sub_technique: { uid: 'T1595.001', name: 'Scanning IP Blocks' },
    },
    ...seen.map(({ id, name }) => {
      const named = { uid: clipped(id, 40), name: clipped(name, 200) }
      return id.includes('.') ? { sub_technique: named } : { technique: named }
    }),
  ]
}
