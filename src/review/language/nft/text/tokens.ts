/** A word, a sign or a quoted text of a line; a quoted text is told by `isQuoted`. */
export interface Token {
  readonly text: string
  readonly isQuoted: boolean
}

/** A line without its comment, and the handle that the comment tells. */
export interface Line {
  readonly number: number
  readonly text: string
  readonly tokens: readonly Token[]
  readonly handle: number | undefined
}

const pattern = /"([^"]*)"|([{}(),;=:])(?=\s|$|[{}(),;])|([!=<>]=?|[&|^])(?=\s)|([^\s{}(),;"]+)|([{}(),;])/g

/** Cuts what `nft list ruleset` prints into lines of tokens; a list of elements that goes on over several lines is put into one. */
export function* linesOf(text: string, longest: number): Generator<Line> {
  let held = ''
  let start = 0
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.length > longest ? raw.slice(0, longest) : raw
    if (held === '') start = at + 1
    held = held === '' ? line : `${held} ${line.trim()}`
    if (goesOn(held) && held.length <= longest) continue
    yield lineOf(held, start)
    held = ''
  }
  if (held !== '') yield lineOf(held, start)
}

/** `elements = { 192.0.2.1,` */
function goesOn(line: string): boolean {
  return /^\s*elements = \{/.test(line) && !line.trimEnd().endsWith('}')
}

function lineOf(line: string, number: number): Line {
  const comment = /\s#(?: handle (\d{1,15}))?[^"]*$|^#.*$/.exec(line)
  const text = (comment ? line.slice(0, comment.index) : line).trim()
  const tokens = [...text.matchAll(pattern)].map(([whole, quoted]) => ({
    text: quoted ?? whole,
    isQuoted: quoted !== undefined,
  }))
  return { number, text, tokens, handle: comment?.[1] === undefined ? undefined : Number(comment[1]) }
}
