import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sample } from './sample.ts'

export default {
  open: async (folder) => {
    const path = join(folder, 'out', 'list.txt')
    await mkdir(join(folder, 'out'))
    return {
      settings: { kind: 'file', path, ports: true },
      flush: () => rm(path),
      enter: (network) => appendFile(path, `${network} - of ours, do not touch\n`),
      breakIt: async () => {
        await rm(join(folder, 'out'), { recursive: true })
        await writeFile(join(folder, 'out'), 'a file where a folder should be')
        return /list\.txt cannot be/
      },
      close: async () => {},
    }
  },
  refused: [
    [{ kind: 'file' }, /path/],
    [{ kind: 'file', path: '' }, /is empty/],
    [{ kind: 'file', path: 'x', mostEntries: 0 }, /mostEntries/],
  ],
} satisfies Sample
