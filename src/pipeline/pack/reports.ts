import { caseExports } from '../../report/case/registry.ts'
import type { PackPart } from './part.ts'
import { write } from './write.ts'

export default {
  id: 'reports',
  about: 'the case as a page, as text, and in the formats of the field',
  async write({ one, directory, options }) {
    return caseExports.map(({ extension, about, render }) =>
      write(directory, `case.${extension}`, render(one, options), about),
    )
  },
} satisfies PackPart
