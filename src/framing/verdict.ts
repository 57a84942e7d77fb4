import { WordTable } from '../base/word-table.ts'
import { Action } from '../event/batch.ts'

/** What devices call what they did, in lower case. */
const words: readonly (readonly [string, number])[] = [
  ...['allow', 'allowed', 'accept', 'accepted', 'permit', 'permitted', 'pass', 'passed', 'built', 'granted'].map(
    (word) => [word, Action.allow] as const,
  ),
  ...['start', 'open', 'opened', 'forward', 'forwarded', 'notblocked', 'not blocked'].map(
    (word) => [word, Action.allow] as const,
  ),
  ...['deny', 'denied', 'drop', 'dropped', 'block', 'blocked', 'discard', 'discarded', 'prevent', 'prevented'].map(
    (word) => [word, Action.deny] as const,
  ),
  ...['quarantine', 'quarantined', 'ip blocked', 'access denied', 'access_denied', 'silent drop'].map(
    (word) => [word, Action.deny] as const,
  ),
  ...['reject', 'rejected', 'reset', 'reset-both', 'reset-server', 'reset-client', 'rst', 'terminated', 'refused'].map(
    (word) => [word, Action.reject] as const,
  ),
]
const table = new WordTable(words.map(([word]) => word))
const actions = Uint8Array.from(words, ([, action]) => action)
const lower = new Uint8Array(24)

/** What an action's name means (any case); `Action.none` where it says nothing of letting through or not. Allocates nothing. */
export function actionOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from
  if (from < 0 || length === 0 || length > lower.length) return Action.none
  for (let i = 0; i < length; i++) {
    const byte = bytes[from + i]!
    lower[i] = byte >= 65 && byte <= 90 ? byte | 32 : byte
  }
  const place = table.place(lower, 0, length)
  return place < 0 ? Action.none : actions[place]!
}
