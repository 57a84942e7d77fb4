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
  /** It was too long and is not read. */
  readonly isCut: boolean
}

const pattern = /"([^"]*)"|([{}(),;=:])(?=\s|$|[{}(),;])|([!=<>]=?|[&|^])(?=\s)|([^\s{}(),;"]+)|([{}(),;])/g

/** Elements of one set that are read; nft prints them over many lines. */
const longestElements = 32 << 20

/** Cuts what `nft list ruleset` prints into lines of tokens; a list of elements that goes on over several lines is put into one. */
export function* linesOf(text: string, longest: number): Generator<Line> {
  let held: string[] = []
  let size = 0
  let start = 0
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (held.length === 0) start = at + 1
    held.push(line)
    size += line.length
    const isList = held.length > 1 || /^\s*elements = \{/.test(line)
    if (isList && !line.trimEnd().endsWith('}') && size <= longestElements) continue
    yield lineOf(held.join(' '), start, isList ? longestElements : longest)
    held = []
    size = 0
  }
  if (held.length > 0) yield lineOf(held.join(' '), start, longestElements)
}

function lineOf(whole: string, number: number, longest: number): Line {
  const isCut = whole.length > longest
  const line = isCut ? '' : whole
  const comment = /\s#(?: handle (\d{1,15}))?[^"]*$|^#.*$/.exec(line)
  const text = (comment ? line.slice(0, comment.index) : line).trim()
  const tokens = [...text.matchAll(pattern)].map(([whole, quoted]) => ({
    text: quoted ?? whole,
    isQuoted: quoted !== undefined,
  }))
  return { number, text, tokens, handle: comment?.[1] === undefined ? undefined : Number(comment[1]), isCut }
}
