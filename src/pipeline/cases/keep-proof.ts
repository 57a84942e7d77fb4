import type { Case } from '../../case/case.ts'
import { machine } from '../../case/fold.ts'
import type { Entry } from '../../store/case-store.ts'
import type { CaseBook } from './case-book.ts'
import { copyRecords } from './copy-records.ts'

/** Copies the records that decide, where cases outlive the run and somebody will look at them. */
export async function keepProof(book: CaseBook, cases: readonly Case[], at: string): Promise<Case[]> {
  if (!book.isKept) return [...cases]
  return Promise.all(
    cases.map(async (one) => {
      const records = one.decision?.decision === 'close' ? [] : await copyRecords(one)
      if (records.length === 0) return one
      const entry: Entry = {
        at,
        author: machine,
        reason: 'decisive records, copied before they rotate away',
        body: { kind: 'copied', records },
      }
      return book.write([{ id: one.id, entries: [entry] }])[0] ?? one
    }),
  )
}
