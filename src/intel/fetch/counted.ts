import { ListContent } from '../format/format.ts'
import { listFormats, recogniseList } from '../format/registry.ts'
import { ListBuilder } from '../list/list-builder.ts'
import type { ListSettings } from '../settings.ts'

/** How many entries a content has as a list; undefined where it is none: a page of a server that says sorry, with status 200. */
export function entriesOf(bytes: Buffer, { format: named, columns }: ListSettings): number | undefined {
  const content = new ListContent(bytes)
  const format = named === null ? recogniseList(content) : listFormats.find(({ id }) => id === named)
  if (format === undefined) return undefined
  const entries = new ListBuilder()
  format.read(content, entries, columns)
  return entries.entries + entries.passedOver === 0 ? undefined : entries.entries
}
