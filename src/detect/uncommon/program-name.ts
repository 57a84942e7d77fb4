/**
 * The name a program is known by: its path without what changes from one version, user or machine to the next. Written from
 * bytes to bytes; hot: nothing is allocated.
 *
 * Lower case, `/` for every separator. Versions become `#`, identifiers `*`. The name of a user in a path, folders of
 * temporary files, and packages of Windows's own updates become `*`.
 */

const slash = 47
const star = 42
const hash = 35
const none = -1

/** What the next part of a path is to be. */
const Next = { ordinary: 0, user: 1, temporary: 2 } as const

const encoder = new TextEncoder()
const users = encoder.encode('users')
const home = encoder.encode('home')
const settings = encoder.encode('documents and settings')
/** Parts below which folders have names that are drawn or change with every update. */
const drawn = ['temp', 'tmp', 'winsxs', 'softwaredistribution', 'folders'].map((name) => encoder.encode(name))
const wow = encoder.encode(' (x86)')
const deleted = encoder.encode(' (deleted)')
/** Identifiers have at least so many hexadecimal digits, or letters and digits mixed. */
const shortestHex = 8
const shortestMixed = 16

/** The class of each byte: 1 digit, 2 letter a to f, 4 other letter. */
const classes = new Uint8Array(256)
for (let byte = 48; byte < 58; byte++) classes[byte] = 1
for (let byte = 97; byte < 123; byte++) classes[byte] = byte < 103 ? 2 : 4

/**
 * Writes the name of the program at the path `bytes[from, to)` into `into`; what does not fit is left out.
 * @returns its length
 */
export function programName(bytes: Uint8Array, from: number, to: number, into: Uint8Array): number {
  const end = endsWith(bytes, from, to, deleted) ? to - deleted.length : to
  let length = 0
  let next: number = Next.ordinary
  let depth = 0
  for (let at = from; at < end && length < into.length - 2; ) {
    if (isSeparator(bytes[at]!)) {
      at++
      if (length === 0 || into[length - 1] !== slash) into[length++] = slash
      continue
    }
    let stop = at
    while (stop < end && !isSeparator(bytes[stop]!)) stop++
    const isFolder = stop < end
    const begin = length
    if (isFolder && next !== Next.ordinary) {
      // Any depth of drawn folders is one mark.
      if (into[length - 2] !== star) into[length++] = star
      else length--
    } else length = part(bytes, at, stop, into, length)
    if (next !== Next.temporary) next = nextOf(into, begin, length, depth)
    at = stop
    depth++
  }
  return length
}

function isSeparator(byte: number): boolean {
  return byte === slash || byte === 92
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte
}

/** What follows the part that was just written. Homes stand at the top, or below the letter of a drive. */
function nextOf(into: Uint8Array, from: number, to: number, depth: number): number {
  if (depth < 3 && (is(into, from, to, users) || is(into, from, to, home) || is(into, from, to, settings))) {
    return Next.user
  }
  for (let k = 0; k < drawn.length; k++) if (is(into, from, to, drawn[k]!)) return Next.temporary
  return Next.ordinary
}

/** One part of the path, with marks for versions and identifiers. */
function part(bytes: Uint8Array, from: number, to: number, into: Uint8Array, start: number): number {
  let length = start
  const stop = endsWith(bytes, from, to, wow) ? to - wow.length : to
  for (let at = from; at < stop && length < into.length; ) {
    const after = identifier(bytes, at, stop, at > from ? classes[lower(bytes[at - 1]!)]! : 0)
    if (after !== none) {
      if (into[length - 1] !== star) into[length++] = star
      at = after
    } else if (classes[bytes[at]!] === 1) {
      into[length++] = hash
      at = afterVersion(bytes, at, stop)
    } else into[length++] = lower(bytes[at++]!)
  }
  return length
}

/** Where a GUID or another identifier that begins here ends. */
function identifier(bytes: Uint8Array, at: number, to: number, before: number): number {
  if (before !== 0 || classes[lower(bytes[at]!)] === 0) return none
  if (isGuid(bytes, at, to)) return at + 36
  let end = at
  let digits = 0
  let others = 0
  for (; end < to; end++) {
    const kind = classes[lower(bytes[end]!)]!
    if (kind === 0) break
    if (kind === 1) digits++
    else if (kind === 4) others++
  }
  const length = end - at
  const isHex = others === 0 && length >= shortestHex && digits > 0 && digits < length
  const isMixed = length >= shortestMixed && digits >= 3
  return isHex || isMixed ? end : none
}

/** Eight, four, four, four and twelve hexadecimal digits. */
function isGuid(bytes: Uint8Array, at: number, to: number): boolean {
  if (to - at < 36) return false
  for (let k = 0; k < 36; k++) {
    const isDash = k === 8 || k === 13 || k === 18 || k === 23
    const byte = lower(bytes[at + k]!)
    if (isDash ? byte !== 45 : (classes[byte]! & 3) === 0) return false
  }
  return true
}

/** A version goes on over dots, dashes, underscores, tildes and plus signs, if a digit follows. */
function afterVersion(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to) {
    const byte = bytes[at]!
    const joins = byte === 46 || byte === 45 || byte === 95 || byte === 126 || byte === 43
    if (classes[byte] !== 1 && !(joins && at + 1 < to && classes[bytes[at + 1]!] === 1)) break
    at++
  }
  return afterWord(bytes, at, to)
}

const words = ['alpha', 'beta', 'rc', 'dev', 'preview', 'nightly'].map((word) => encoder.encode(word))

/** A word of a version, `-beta2`, `rc1`, is part of it. */
function afterWord(bytes: Uint8Array, from: number, to: number): number {
  const start = from < to && (bytes[from] === 45 || bytes[from] === 46 || bytes[from] === 126) ? from + 1 : from
  for (let k = 0; k < words.length; k++) {
    const word = words[k]!
    if (to - start < word.length || !same(bytes, start, word)) continue
    let at = start + word.length
    if (at < to && (classes[lower(bytes[at]!)]! & 6) !== 0) continue
    while (at < to && (classes[bytes[at]!] === 1 || bytes[at] === 46)) at++
    return at
  }
  return from
}

function same(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let k = 0; k < word.length; k++) if (lower(bytes[from + k]!) !== word[k]) return false
  return true
}

function is(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return to - from === word.length && same(bytes, from, word)
}

function endsWith(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return to - from > word.length && same(bytes, to - word.length, word)
}
