import type { Evidence } from '../../../case/case.ts'
import { clipped, markup } from '../../escape.ts'
import { evidenceText } from '../evidence-text.ts'

const longest = 2000
const mostEvidence = 50
const mostUnfolded = 5

/** Text of the case as HTML: escaped, and at most so long. */
export function text(raw: string, most = longest): string {
  return markup(clipped(raw, most))
}

export function code(raw: string, most = 200): string {
  return `<code>${text(raw, most)}</code>`
}

/** A part of the page; nothing where it has no body. @param body HTML */
export function card(title: string, body: string, about = ''): string {
  if (body === '') return ''
  return `<section class="card"><h2>${title}</h2>${about === '' ? '' : `<p>${about}</p>`}${body}</section>`
}

export function bullets(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${text(line)}</li>`).join('')}</ul>`
}

/** A smaller heading with a list; nothing where it is empty. */
export function listUnder(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<h3>${title}</h3>${bullets(lines)}`
}

/** A label before text in one paragraph; nothing where there is none. */
export function said(label: string, parts: readonly string[], separator = '; '): string {
  return parts.length === 0 ? '' : `<p class="said"><b>${label}:</b> ${text(parts.join(separator))}</p>`
}

/** Pointers into the logs; many are folded. */
export function evidenceList(evidence: readonly Evidence[]): string {
  const shown = evidence.slice(0, mostEvidence).map((one) => `<li>${code(evidenceText(one), 400)}</li>`)
  const left = evidence.length - shown.length
  if (shown.length === 0) return ''
  const list = `<ul class="evidence">${shown.join('')}${left > 0 ? `<li>and ${left} more</li>` : ''}</ul>`
  return shown.length <= mostUnfolded ? list : `<details><summary>${evidence.length} records</summary>${list}</details>`
}

/** Cells that hold a time keep it on one line. */
export function when(moment: string): string {
  return `<span class="nowrap">${moment}</span>`
}
