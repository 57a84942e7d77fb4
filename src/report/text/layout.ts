import { printable } from '../escape.ts'
import { type Look, paint } from '../look.ts'

/** Where a line may break: not between a number and its unit. */
const gap = / +(?!(?:%|(?:d|h|min|s|ms|nats)\b))/

/** Breaks escaped text into lines of at most `width` columns; a longer word is cut, so that a log cannot break the layout. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of printable(text)
    .split(gap)
    .flatMap((word) => cut(word, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function cut(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word]
  const characters = [...word]
  const parts: string[] = []
  for (let at = 0; at < characters.length; at += width) parts.push(characters.slice(at, at + width).join(''))
  return parts
}

/** A paragraph, each line behind `indent`; `first` stands in for the indent of the first line. */
export function paragraph(text: string, look: Look, indent: string, first = indent): string {
  return wrap(text, look.columns - indent.length)
    .map((line, index) => `${index === 0 ? first : indent}${line}`)
    .join('\n')
}

/** `  Label       text, wrapped behind the label`. */
export function labelled(label: string, text: string, look: Look): string {
  const indent = ' '.repeat(labelWidth)
  const body = paragraph(text, look, indent).slice(labelWidth)
  return `${paint(look, 'dim', `  ${label}`.padEnd(labelWidth))}${body}`
}

const labelWidth = 16

/** A bold caption over a part of a section. */
export function caption(text: string, look: Look): string {
  return `  ${paint(look, 'bold', text)}`
}
