import type { Evidence } from '../../case/case.ts'
import { refOf } from './evidence-ref.ts'

const longest = 2000

/** A text that a log may have chosen, at most so long. */
export function bounded(text: string, most = longest): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

export function boundedAll(texts: readonly string[], most = 40): string[] {
  return texts.slice(0, most).map((text) => bounded(text))
}

/** Some of a list, and how many there are. */
export function part<In, Out>(
  items: readonly In[],
  view: (item: In) => Out,
  { offset = 0, limit }: { readonly offset?: number; readonly limit: number },
): { items: Out[]; total: number } {
  return { items: items.slice(offset, offset + limit).map(view), total: items.length }
}

export function evidenceView(evidence: Evidence) {
  const { source, offset, at, shows } = evidence
  return { ref: refOf(evidence), source: bounded(source, 400), offset, at: at ?? null, shows: bounded(shows, 400) }
}
