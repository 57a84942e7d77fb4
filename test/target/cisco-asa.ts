import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sample } from './sample.ts'

export default {
  open: async (folder) => ({
    settings: { kind: 'cisco-asa', directory: join(folder, 'changes') },
    breakIt: async () => {
      await writeFile(join(folder, 'changes'), 'a file where a folder should be')
      return /cannot be written/
    },
    close: async () => {},
  }),
  refused: [
    [{ kind: 'cisco-asa', by: 'acl' }, /object-group, shun/],
    [{ kind: 'cisco-asa', group: 'A\nreload' }, /name of an object-group/],
    [{ kind: 'cisco-asa', by: 'shun', interface: 'outside\nreload' }, /name of an interface/],
  ],
} satisfies Sample
