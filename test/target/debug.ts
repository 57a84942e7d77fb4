import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sample } from './sample.ts'

export default {
  open: async (folder) => ({
    settings: { kind: 'debug' },
    flush: () => rm(join(folder, 'state', 'blocks.json')),
    close: async () => {},
  }),
  refused: [[{ kind: 'debug', temper: 'angry' }, /accepts, already, fails/]],
} satisfies Sample
