import type { FoundPiece } from '../piece.ts'
import { placeOf, setName, specOf } from './set-spec.ts'

/**
 * The sets to ask for as text: in JSON nft tells only the first statement of an element, its limit, and not its counter. One question a
 * set, as nft 1.0 finds no set where several questions come in one file.
 */
export function throttleSets(found: readonly FoundPiece[]): readonly string[] {
  return [...new Set(found.filter(({ rate }) => rate !== null).map((piece) => setName(specOf(piece))))]
}

const head = /^\tset (\w+) \{$/
const counted =
  /([0-9a-f.:]+(?: \. \w+ \. \d+)?) limit rate over \d+\/second(?: burst \d+ packets)? counter packets (\d+)/g

/** Puts into throttles what the text of those sets (`nft -n list set`) says they dropped. */
export function withCounters(found: readonly FoundPiece[], text: string): readonly FoundPiece[] {
  const dropped = new Map<string, number>()
  let set = ''
  // Comments go: others may write into them what looks like an element.
  for (const line of text.replace(/"[^"\n]*"/g, '').split('\n')) {
    set = head.exec(line)?.[1] ?? set
    for (const [, element, packets] of line.matchAll(counted)) dropped.set(`${set} ${element}`, Number(packets))
  }
  return found.map((piece) => {
    if (piece.rate === null) return piece
    const place = placeOf(piece)
    const element = place.element.replace(' tcp ', ' 6 ').replace(' udp ', ' 17 ')
    return {
      ...piece,
      dropped: dropped.get(`${place.set} ${element}`) ?? dropped.get(`${place.set} ${place.element}`) ?? null,
    }
  })
}
