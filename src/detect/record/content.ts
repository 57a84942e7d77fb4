import type { AttemptJournal } from '../../track/journal.ts'
import { nameProbe, nameReply } from './payload.ts'

/** Reads kept payloads by their position. */
export interface ContentReader {
  read(position: number): Uint8Array | undefined
}

interface Seen {
  count: number
  example: string
}

/** What the scanner sent and what it was told, by name, most frequent first; at most 32 kinds. */
export function contentOf(
  journal: AttemptJournal,
  rows: Uint32Array,
  content: ContentReader,
): { name: string; count: number; example: string }[] {
  const seen = new Map<string, Seen>()
  for (const row of rows) {
    const sent = content.read(journal.content[row] as number)
    if (sent) note(seen, nameProbe(sent, journal.protocol[row] as number, journal.dstPort[row] as number), sent)
    const told = content.read(journal.replyContent[row] as number)
    if (told) note(seen, nameReply(told, journal.protocol[row] as number, journal.dstPort[row] as number), told)
  }
  return [...seen]
    .map(([name, { count, example }]) => ({ name, count, example }))
    .sort((x, y) => y.count - x.count || (x.name < y.name ? -1 : 1))
    .slice(0, 32)
}

function note(seen: Map<string, Seen>, name: string | undefined, bytes: Uint8Array): void {
  if (name === undefined) return
  const known = seen.get(name)
  if (known) known.count++
  else if (seen.size < 256) seen.set(name, { count: 1, example: printable(bytes) })
}

/** The first line of a payload as printable ASCII; other bytes as dots. At most 80 characters. */
function printable(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes.subarray(0, 80)) {
    if ((byte === 10 || byte === 13) && text.length > 0) break
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'
  }
  return text
}
