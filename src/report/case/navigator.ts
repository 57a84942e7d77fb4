import type { Case, RelatedTechnique } from '../../case/case.ts'
import { clipped, jsonLine } from '../escape.ts'
import type { CaseExport } from './case.ts'
import { summaryOf, verdict } from './summary.ts'

/** What ATT&CK relates to T1595.001 (requirement D11): shown even where triage says nothing of it. */
const related: readonly (readonly [string, string])[] = [
  ['T1590', 'Gather Victim Network Information'],
  ['T1593', 'Search Open Websites/Domains'],
  ['T1596', 'Search Open Technical Databases'],
  ['T1587', 'Develop Capabilities'],
  ['T1588', 'Obtain Capabilities'],
  ['T1133', 'External Remote Services'],
]
const states = {
  seen: { color: '#c81e5b', label: 'seen' },
  'not-seen': { color: '#7fb8a0', label: 'looked for, not seen' },
  'not-observable': { color: '#c9ced4', label: 'not observable in these logs' },
  'not-examined': { color: '#f2e3b3', label: 'not examined' },
} as const
type State = keyof typeof states

const mostTechniques = 100
const longest = 1000
const techniqueId = /^T\d{4}(\.\d{3})?$/

/** A layer for the ATT&CK Navigator, layer format 4.5. */
export default {
  id: 'navigator',
  title: 'ATT&CK Navigator layer',
  about: 'for the ATT&CK Navigator: what of the technique and its neighbours was seen',
  extension: 'layer.json',
  mediaType: 'application/json',
  render: (theCase) => `${jsonLine(layer(theCase))}\n`,
} satisfies CaseExport

function layer(theCase: Case): object {
  const summary = summaryOf(theCase)
  return {
    name: `Case ${summary.id}`,
    versions: { attack: '18', navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: `${summary.title}. ${verdict(summary)}`,
    sorting: 0,
    hideDisabled: false,
    layout: { layout: 'side', showID: true, showName: true, expandedSubtechniques: 'annotated' },
    techniques: [
      entry({ id: 'T1595.001', name: '', state: 'seen', because: [summary.title] }),
      ...techniquesOf(theCase.triage?.techniques ?? []).map(entry),
    ],
    legendItems: Object.values(states),
    metadata: [{ name: 'made by', value: 'Sweepwatch' }],
    showTacticRowBackground: false,
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  }
}

interface Shown {
  readonly id: string
  readonly name: string
  readonly state: State
  readonly because: readonly string[]
}

/** What triage says, and the rest of what is related. */
function techniquesOf(examined: readonly RelatedTechnique[]): readonly Shown[] {
  const known = new Map<string, Shown>(
    related.map(([id, name]) => [id, { id, name, state: 'not-examined', because: [] }]),
  )
  for (const technique of examined.slice(0, mostTechniques)) {
    if (techniqueId.test(technique.id) && technique.id !== 'T1595.001') known.set(technique.id, technique)
  }
  return [...known.values()]
}

function entry({ id, name, state, because }: Shown): object {
  const { color, label } = states[state]
  return {
    techniqueID: id,
    color,
    comment: clipped([name, label, ...because].filter((part) => part !== '').join('. '), longest),
    enabled: true,
    score: state === 'seen' ? 1 : 0,
  }
}
