import { ascii, find } from '../../base/ascii.ts'
import { PairFields } from '../../base/pair-scan.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { readSource } from '../../event/ends.ts'
import { Text } from '../../event/texts.ts'

const pam = ascii('pam_')
const failure = ascii('authentication failure;')
const oldTag = ascii('(pam_unix)')
const remoteHost = ascii('rhost=')
const openParen = 40
const colon = 58
const rhost = 0
const user = 1
const fields = new PairFields(['rhost', 'user'])

/** Where PAM's words about a failed login stand, -1 where there are none. */
export function pamFailure(bytes: Uint8Array, tag: number, text: number, to: number): number {
  const isPam = find(bytes, text, Math.min(to, text + pam.length), pam) >= 0 || find(bytes, tag, text, oldTag) >= 0
  return isPam ? find(bytes, text, Math.min(to, text + 128), failure) : -1
}

/**
 * `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root`
 *
 * @returns false where nobody outside logged in
 */
export function readPam(
  bytes: Uint8Array,
  text: number,
  at: number,
  to: number,
  batch: EventBatch,
  i: number,
): boolean {
  fields.scan(bytes, at + failure.length, to)
  let from = fields.from[rhost]!
  if (from < 0 || fields.to[rhost] === from) return false
  const c = batch.column
  c.subject[i] = Subject.auth
  c.outcome[i] = Outcome.refused
  // Names of users, local and remote, may hold `rhost=`: of two that cannot be told apart none counts.
  if (find(bytes, from, to, remoteHost) >= 0) from = fields.to[rhost]!
  if (!readSource(bytes, from, fields.to[rhost]!, batch, i)) batch.text(i, Text.host, bytes, from, fields.to[rhost]!)
  if (fields.from[user]! >= 0) batch.text(i, Text.user, bytes, fields.from[user]!, to)
  batch.text(i, Text.reason, bytes, at, at + failure.length - 1)
  const open = bytes.indexOf(openParen, text)
  if (open >= 0 && open < at) {
    let end = open
    while (end < at && bytes[end] !== colon) end++
    batch.text(i, Text.process, bytes, open + 1, end)
  }
  return true
}
