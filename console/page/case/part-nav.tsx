import { Anchor, ScrollArea } from '@mantine/core'
import type { CasePage } from '../../../src/server/contract.ts'

/** Goes to a part of the page. */
export function PartNav({ page }: { readonly page: CasePage }) {
  return (
    <nav aria-label="Parts of the case" className="part-nav">
      <ScrollArea type="never" offsetScrollbars={false}>
        <div className="part-links">
          {partsOf(page).map(([id, title]) => (
            <Anchor key={id} href={`#${id}`} size="sm">
              {title}
            </Anchor>
          ))}
        </div>
      </ScrollArea>
    </nav>
  )
}

function partsOf(page: CasePage): readonly (readonly [string, string])[] {
  const parts: readonly (readonly [string, string, boolean])[] = [
    ['decision', 'Decision', true],
    ['steps', 'To do', true],
    ['questions', 'Questions', page.answers.length > 0],
    ['followed', 'What followed', page.signs.total > 0],
    ['timeline', 'Timeline', true],
    ['scans', 'Score', true],
    ['map', 'Address map', true],
    ['sources', 'Sources', page.sources.total > 0],
    ['hosts', 'Touched hosts', page.hosts.total > 0],
    ['weaknesses', 'To patch', page.weaknesses.total > 0],
    ['patterns', 'Patterns', page.patterns.length > 0],
    ['related', 'Other logs', page.related.total > 0],
    ['techniques', 'ATT&CK', page.techniques.length > 0],
    ['records', 'Proof', page.records.length > 0],
    ['history', 'History', true],
  ]
  return parts.flatMap(([id, title, isThere]) => (isThere ? [[id, title] as const] : []))
}
