import type { PackPart } from './part.ts'
import { writeTable } from './write.ts'

export default {
  id: 'intelligence',
  about: 'T2: what is known of the sources, with provenance',
  async write({ one, directory }) {
    const columns = [
      'source',
      'organisation',
      'asn',
      'country',
      'kind',
      'list',
      'entry',
      'means',
      'name',
      'actor',
      'confidence',
      'last seen',
      'age in days',
      'reference',
    ]
    const rows = (one.triage?.dossiers ?? []).flatMap(({ identity, hits }) => {
      const who = [
        identity.address,
        identity.organisation,
        identity.asn,
        identity.country,
        identity.kind ?? identity.scope,
      ]
      if (hits.length === 0) return [[...who]]
      return hits.map(({ list, matched, means, name, actor, confidence, lastSeen, ageDays, reference }) => [
        ...who,
        ...[
          list,
          matched,
          means,
          name,
          actor && `${actor.name} ${actor.id ?? ''}`.trim(),
          confidence,
          lastSeen,
          ageDays,
          reference,
        ],
      ])
    })
    const looked = [...new Set((one.triage?.dossiers ?? []).flatMap(({ looked }) => looked))]
    return [
      writeTable(directory, 'intelligence.csv', columns, rows, 'what lists and databases say of each source'),
      writeTable(
        directory,
        'intelligence-looked.csv',
        ['what was looked at'],
        looked.map((line) => [line]),
        'what was looked at, and what could not be',
      ),
    ]
  },
} satisfies PackPart
