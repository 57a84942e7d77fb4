const longestShown = 120

/** Text of `bytes[from, to)` for people: printable ASCII, in lower case, without the last dot, at most 120 characters. */
export function nameText(bytes: Uint8Array, from: number, to: number): string {
  const end = to > from + 1 && bytes[to - 1] === 46 ? to - 1 : to
  const text = Buffer.from(bytes.subarray(from, Math.min(end, from + longestShown))).toString('latin1')
  const shown = text.replace(/[^\x21-\x7e]/g, '?').toLowerCase()
  return end - from > longestShown ? `${shown}...` : shown
}
