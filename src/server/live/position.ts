import type { LiveEvent } from './live-event.ts'
import { type Mark, mostIds } from './marks.ts'

/** Where everything stands: a mark of each thing that is watched, by its name. */
export type Position = ReadonlyMap<string, string>

export function positionOf(marks: readonly Mark[]): Position {
  return new Map(marks.map((mark) => [mark.name, mark.read()]))
}

/** As an event's `id:` says it. */
export function positionText(position: Position): string {
  return [...position].map(([name, mark]) => `${name}${mark}`).join('_')
}

/** What a client sends back; anybody may send anything. */
export function parsePosition(text: string): Position {
  const found = text.slice(0, 500).matchAll(/(?<=^|_)([a-z])([\d.]{1,60})(?=_|$)/g)
  return new Map([...found].map(([, name, mark]) => [name as string, mark as string]))
}

/** What changed between two positions; undefined where nothing did. A thing that the earlier does not know has changed. */
export function changeBetween(marks: readonly Mark[], then: Position, now: Position): LiveEvent | undefined {
  const moved = marks.filter(({ name }) => then.get(name) !== now.get(name))
  if (moved.length === 0) return undefined
  const ids = moved.flatMap(({ name, idsSince }) => {
    const mark = then.get(name)
    return mark === undefined ? [] : (idsSince?.(mark) ?? [])
  })
  return { topics: moved.flatMap(({ topics }) => topics), ids: ids.length > mostIds ? [] : ids }
}
