import { ascii, find } from '../../base/ascii.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { readSource } from '../../event/ends.ts'
import { beginLogged } from '../../event/logged-row.ts'
import { Text } from '../../event/texts.ts'

const quote = 39
const colon = 58
const space = 32
const openParen = 40
const fromWord = ascii(' from')
/** What the web interfaces of both write, with the user's name in quotes behind it. */
const messages: readonly (readonly [Uint8Array, number])[] = [
  [ascii("webConfigurator authentication error for user '"), Outcome.refused],
  [ascii("Web GUI authentication error for '"), Outcome.refused],
  [ascii("Successful login for user '"), Outcome.established],
]

/** Where a message about a login stands, -1 for none; `found` says which. */
export function loginAt(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + 256)
  for (let k = 0; k < messages.length; k++) {
    const at = find(bytes, from, last, messages[k]![0])
    if (at < 0) continue
    found = k
    return at
  }
  return -1
}

let found = 0

/** `… for user 'admin' from: 192.0.2.1 (Local Database)`. Opens a row. @returns its number, -1 where it names no address */
export function readLogin(bytes: Uint8Array, at: number, to: number, batch: EventBatch, time: Float64Array): number {
  const [word, outcome] = messages[found]!
  const user = at + word.length
  // A name may hold quotes and `from`: the last are the firewall's own.
  let from = to
  while (from > user && !isFrom(bytes, from, to)) from--
  if (from <= user) return -1
  let start = from + fromWord.length
  while (start < to && (bytes[start] === colon || bytes[start] === space)) start++
  let end = start
  while (end < to && bytes[end] !== space && bytes[end] !== openParen) end++
  const i = beginLogged(batch, Subject.auth, time)
  batch.column.outcome[i] = outcome
  batch.text(i, Text.user, bytes, user, bytes[from - 1] === quote ? from - 1 : from)
  if (readSource(bytes, start, end, batch, i)) return i
  batch.undo()
  return -1
}

function isFrom(bytes: Uint8Array, at: number, to: number): boolean {
  if (at + fromWord.length >= to || bytes[at - 1] !== quote) return false
  for (let k = 0; k < fromWord.length; k++) if (bytes[at + k] !== fromWord[k]) return false
  return true
}
