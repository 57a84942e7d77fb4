import { clipped } from '../escape.ts'

const special = /[\\`*_{}[\]<>#|~!]/g

/** Text that Markdown shows as it is: no markup, no link, nobody is mentioned, and it stays on its line. */
export function markdownText(text: string, most: number): string {
  return clipped(text, most)
    .replace(/&/g, '&amp;')
    .replace(special, '\\$&')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, ':&#47;&#47;')
}
