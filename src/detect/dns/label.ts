import { WordTable } from '../../base/word-table.ts'
import { hostLabels } from './host-labels.ts'

/** What the first label of a name looks like. `none`: numbers, service labels, hashes: what programs make, never a guess. */
export const Label = { none: 0, other: 1, word: 2, host: 3 } as const

const hosts = new WordTable(hostLabels)
const shortestWord = 3
const longestWord = 12
const longestLabel = 24
const scratch = new Uint8Array(longestLabel)
const vowels = lettersOf('aeiouy')

/** Which letters follow which in words: random letters break this at about every second step. */
const followers = Uint32Array.from(
  (
    'bcdefghiklmnpqrstuvwxyz abeijlorsuy acehikloqrstuy adegijmnorsuvwy abcdefghiklmnopqrstuvwxy aefiloprtuy aeghilmnorsuy ' +
    'aeimnortuy abcdefgklmnopqrstvxz aeiou aeiklnosy abcdefgikloprstuvy abceilmnopsuy acdefgikmnoprstuvxy ' +
    'abcdefghiklmnoprstuvwxyz aehiloprstuy u abcdefgiklmnoprstuvxy acehiklmnopqrstuwy abcehilmnorstuwxyz ' +
    'abcdegiklmnoprstvxyz aeiory aehinorsy acehiptuy abcdeilmnoprstuwz aeiozy'
  ).split(' '),
  lettersOf,
)

/**
 * Classifies `bytes[from, to)`. A common host name may carry a part behind a hyphen (`vpn-test`); with a number it is a word.
 *
 * hot: no allocation per label.
 */
export function labelOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from
  if (length < 1 || length > longestLabel || bytes[from] === 95) return Label.none
  let letters = 0
  let digits = 0
  let lead = 0
  for (let i = 0; i < length; i++) {
    const byte = bytes[from + i]!
    const letter = byte >= 65 && byte <= 90 ? byte | 32 : byte
    if (letter >= 97 && letter <= 122) letters++
    else if (letter >= 48 && letter <= 57) digits++
    else if (letter !== 45) return Label.none
    if (letters === i + 1) lead++
    scratch[i] = letter
  }
  if (letters === 0) return Label.none
  // Hashes and identifiers.
  if (digits > 4 || (length > 16 && digits > 1)) return Label.none
  const isHost = hosts.place(scratch, 0, lead) >= 0
  if (isHost && (lead === length || (digits === 0 && scratch[lead] === 45))) return Label.host
  // Numbered hosts are guessed, but content networks have them by the hundred.
  if (isHost && lead + digits === length) return Label.word
  return lead === length && isWord(length) ? Label.word : Label.other
}

/** Whether the letters in `scratch` could be spoken. */
function isWord(length: number): boolean {
  if (length < shortestWord || length > longestWord) return false
  let sinceVowel = 0
  let spoken = 0
  for (let i = 0; i < length; i++) {
    const letter = scratch[i]! - 97
    if (i > 0 && ((followers[scratch[i - 1]! - 97]! >>> letter) & 1) === 0) return false
    if ((vowels >>> letter) & 1) {
      sinceVowel = 0
      spoken++
    } else if (++sinceVowel > 4) return false
  }
  return spoken > 0
}

function lettersOf(text: string): number {
  let bits = 0
  for (let i = 0; i < text.length; i++) bits |= 1 << (text.charCodeAt(i) - 97)
  return bits
}
