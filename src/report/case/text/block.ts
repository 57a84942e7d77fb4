import { count } from '../../../base/quantity.ts'
import { clipped } from '../../escape.ts'
import { glyphs, type Look } from '../../look.ts'
import { caption, paragraph } from '../../text/layout.ts'

/** Longer texts are for the HTML report and for programs. */
const longest = 400

/** Blank line, caption, lines; nothing where there are no lines. */
export function block(title: string, lines: readonly string[], look: Look): readonly string[] {
  return lines.length === 0 ? [] : ['', caption(title, look), ...lines]
}

/** A line with a bullet, wrapped behind it. @param deep how far it is indented, in steps of two */
export function item(text: string, look: Look, deep = 0): string {
  return wholeItem(clipped(text, longest), look, deep)
}

/** The same of a text that must not be cut. */
export function wholeItem(text: string, look: Look, deep = 0): string {
  const indent = ' '.repeat(6 + 2 * deep)
  return paragraph(text, look, indent, `${indent.slice(2)}${glyphs(look).bullet} `)
}

/** Text below an item. */
export function below(text: string, look: Look): string {
  return paragraph(clipped(text, longest), look, '      ')
}

/** At most `most` of the items; how many are left out is said. */
export function limited<T>(
  items: readonly T[],
  most: number,
  lines: (item: T, index: number) => readonly string[],
): readonly string[] {
  return [...items.slice(0, most).flatMap(lines), ...leftOut(items.length - most)]
}

export function leftOut(left: number): readonly string[] {
  return left > 0 ? [`    and ${count(left)} more; --json has them all`] : []
}
