const mostLines = 20

/**
 * `sniff` for a format whose lines are claimed one by one: how large a share of the first lines it claims, at most 0.9. The
 * first line is enough where it is claimed and others are not: programs share logs.
 */
export function sniffLines(head: Uint8Array, claims: (bytes: Uint8Array, from: number, to: number) => boolean): number {
  let lines = 0
  let claimed = 0
  for (let from = 0; lines < mostLines && from < head.length; lines++) {
    const newline = head.indexOf(10, from)
    const end = newline < 0 ? head.length : newline
    if (claims(head, from, head[end - 1] === 13 ? end - 1 : end)) claimed++
    from = end + 1
  }
  return claimed === 0 ? 0 : 0.4 + (0.5 * claimed) / lines
}
