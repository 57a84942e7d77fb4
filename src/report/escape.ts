/**
 * Text that came out of a log was chosen by somebody else: control characters drive terminals, bidirectional overrides
 * reorder what a reader sees (CVE-2021-42574), invisible characters hide. All of them are shown as escapes.
 */
const dangerous = /\p{C}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/gu

/** The text with every character that could mislead a terminal or a reader written as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(dangerous, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`)
}

/** Printable, and at most `most` characters. */
export function clipped(text: string, most: number): string {
  const characters = [...printable(text)]
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Printable, and safe as HTML text and inside a quoted attribute. */
export function markup(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] as string)
}

/** One line of JSON in which no character can act on a terminal; it parses to the same value. */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value)
  // Nearly every line is plain ASCII, and this test is an order of magnitude faster than the search by properties.
  if (/^[\x20-\x7e]*$/.test(json)) return json
  return json.replace(dangerous, (character) =>
    character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}
