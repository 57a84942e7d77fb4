/** Cells are HTML: escape what comes from logs. `numeric` columns are set to the right. */
export interface Column {
  readonly title: string
  readonly numeric?: boolean
}

/** A table with its caption, that scrolls by itself where the page is narrow. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const kind = (index: number) => (columns[index]?.numeric ? ' class="n"' : '')
  const head = columns.map(({ title }, index) => `<th scope="col"${kind(index)}>${title}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell, index) => `<td${kind(index)}>${cell}</td>`).join('')}</tr>`)
  return `<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>`
}

/** What a table leaves out, said under it. */
export function leftOut(total: number, shown: number, where: string): string {
  return total > shown ? `<p>${total - shown} more: ${where}.</p>` : ''
}
