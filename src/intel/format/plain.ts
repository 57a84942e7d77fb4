import { isOtherIndicator, networksOf } from '../list/written-network.ts'
import type { ListContent, ListFormat } from './format.ts'

/** So many lines are looked at to recognise one. */
const sample = 40

export default {
  id: 'plain',
  title: 'An address, network or range a line; what follows #, ; or // is a comment, and behind an entry its name',
  recognise(content) {
    if (content.looksLikeJson) return 0
    let seen = 0
    let named = 0
    for (const line of headLines(content)) {
      const { word } = entryOf(line)
      if (word === '') continue
      seen++
      if (networksOf(word) !== undefined || isOtherIndicator(word)) named++
      if (seen === sample) break
    }
    return seen > 0 && named >= seen / 2 ? 0.5 : 0
  },
  read(content, into) {
    for (const [line, number] of content.lines()) {
      const { word, comment } = entryOf(line)
      if (word === '') continue
      // Some lists repeat the address behind it, which is no name.
      into.add(word, `line ${number}`, comment !== '' && networksOf(comment) === undefined ? { name: comment } : {})
    }
  },
} satisfies ListFormat

/** The lines that are whole within the head. */
function headLines({ head, bytes }: ListContent): string[] {
  const lines = head.split('\n')
  if (head.length < bytes.length && lines.length > 1) lines.pop()
  return lines
}

function entryOf(line: string): { readonly word: string; readonly comment: string } {
  // The slashes of a URL begin no comment.
  const start = line.search(/[#;]|(?:^|\s)\/\//)
  const entry = (start < 0 ? line : line.slice(0, start)).trim()
  // `192.0.2.1 - 192.0.2.9` is one range.
  const word = /^\S+ - \S+/.exec(entry)?.[0] ?? entry.split(/\s/, 1)[0] ?? ''
  return { word: word.replaceAll(' ', ''), comment: start < 0 ? '' : line.slice(start).replace(/^[#;/\s]+/, '') }
}
