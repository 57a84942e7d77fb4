import { timelineOf } from '../../case/timeline.ts'
import type { PackPart } from './part.ts'
import { writeTable } from './write.ts'

export default {
  id: 'timeline',
  about: 'A4, A5: everything in one order',
  async write({ one, directory }) {
    const columns = ['time', 'from', 'what', 'input', 'offset', 'length']
    const rows = timelineOf(one).map(({ at, from, text, evidence }) => [
      at,
      from,
      text,
      evidence?.source,
      evidence?.offset,
      evidence?.length,
    ])
    return [
      writeTable(
        directory,
        'timeline.csv',
        columns,
        rows,
        'scans, what followed, other logs, what was done, in one order (UTC)',
      ),
    ]
  },
} satisfies PackPart
