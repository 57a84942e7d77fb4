import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sample } from './sample.ts'

const id = 'acl-0123456789abcdef0'
const acl = { kind: 'aws', networkAcl: { id, from: 100, to: 119 } }
const set = { name: 'blocked', id: '0a1b2c3d-0000-4000-8000-000000000001' }

export default {
  open: async (folder) => ({
    settings: { ...acl, directory: join(folder, 'changes') },
    breakIt: async () => {
      await writeFile(join(folder, 'changes'), 'a file where a folder should be')
      return /cannot be written/
    },
    close: async () => {},
  }),
  refused: [
    [{ kind: 'aws' }, /networkAcl, ipSets or both/],
    [{ ...acl, networkAcl: { id: 'acl-1; reboot', from: 1, to: 2 } }, /no id of a network ACL/],
    [{ ...acl, networkAcl: { id, from: 9, to: 1 } }, /above/],
    [{ ...acl, networkAcl: { id, from: 1, to: 32_767 } }, /32766/],
    [{ ...acl, networkAcl: { id, from: 1, to: 60, mostRules: 41 } }, /at most 40/],
    [{ kind: 'aws', ipSets: { v4: { ...set, name: '$(reboot)' } } }, /letters, digits/],
    [{ kind: 'aws', ipSets: { scope: 'GLOBAL', v4: set } }, /REGIONAL, CLOUDFRONT/],
  ],
} satisfies Sample
