import { percent, several } from '../../../base/quantity.ts'
import type { Triage } from '../../../case/case.ts'
import type { Dossier, IntelHit } from '../../../intel/intel.ts'
import { leftOut, table } from '../../html/table.ts'
import { identityText, stateWords } from '../sentences.ts'
import { bullets, card, code, said, text } from './parts.ts'

const mostDossiers = 50

/** What is known of the sources, and from where (requirements Q2, Q3, T2). */
export function intelligenceCard({ dossiers }: Triage): string {
  const shown = dossiers.slice(0, mostDossiers)
  const left = leftOut(dossiers.length, shown.length, 'in the JSON output')
  return card('What is known of the sources', `${shown.map(dossier).join('\n')}${left}`)
}

function dossier(one: Dossier): string {
  const { identity, hits, looked } = one
  const columns = [
    { title: 'Means' },
    { title: 'List' },
    { title: 'Entry' },
    { title: 'Name' },
    { title: 'Last seen' },
    { title: 'Confidence', numeric: true },
    { title: 'Read from' },
  ]
  const listed = hits.length === 0 ? '<p>No list names it.</p>' : table('What lists say', columns, hits.map(hitRow))
  return `<section class="question"><h3>${text(identityText(one), 400)}</h3>${bullets(identity.because)}${listed}${said('Looked at', looked)}</section>`
}

function hitRow({
  means,
  list,
  matched,
  name,
  actor,
  lastSeen,
  ageDays,
  confidence,
  reference,
}: IntelHit): readonly string[] {
  const known = actor === null ? null : actor.id === null ? actor.name : `${actor.name} (${actor.id})`
  const age = ageDays === null ? '' : ` (${several(Math.round(ageDays), 'day')} before)`
  return [
    means,
    text(list, 100),
    code(matched, 100),
    text([name, known].filter((part) => part !== null).join(', '), 200),
    lastSeen === null ? 'not told' : `${text(lastSeen.slice(0, 10))}${age}`,
    percent(confidence),
    code(reference, 200),
  ]
}

/** What belongs to T1595.001 in ATT&CK, and whether it was seen (requirement D11). */
export function techniqueCard({ techniques }: Triage): string {
  if (techniques.length === 0) return ''
  const rows = techniques.map(({ id, name, state, because }) => [
    code(id, 20),
    text(name, 100),
    stateWords[state],
    text(because.join(' '), 600),
  ])
  const columns = [{ title: 'Technique' }, { title: 'Name' }, { title: 'State' }, { title: 'Why' }]
  return card('Related techniques of ATT&amp;CK', table('Related techniques', columns, rows))
}
