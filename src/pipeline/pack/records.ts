import type { PackPart } from './part.ts'
import { write } from './write.ts'

export default {
  id: 'records',
  about: 'the decisive records, as they stood in the logs',
  async write({ one, directory }) {
    const lines = one.copied.map((record) => `${JSON.stringify(record)}\n`)
    return [
      write(directory, 'records.jsonl', lines.join(''), 'decisive records with place, digest (SHA-256) and bytes'),
    ]
  },
} satisfies PackPart
