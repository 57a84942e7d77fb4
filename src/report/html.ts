import { createHash } from 'node:crypto'
import type { Analysis } from '../case/analysis.ts'
import { backscatterSection, inputsSection, undecidedSection } from './html/others.ts'
import { overview } from './html/overview.ts'
import { scanArticle } from './html/scan.ts'
import { style } from './html/style.ts'
import { uncommonSection } from './html/uncommon.ts'
import { mostSevere } from './most-severe.ts'
import type { Typed } from './next-steps.ts'

/** Beyond these, scans are told without pictures: a report must stay small enough to mail. */
const mostDrawn = 20
const mostScans = 200

/**
 * One self-contained page: no script, no request to anywhere, and a policy that forbids both even if a string from a log
 * got past the escaping.
 */
export function htmlReport(analysis: Analysis, typed: Typed): string {
  const { scans } = analysis
  const shown = mostSevere(scans, mostScans)
  const pictured = new Set(mostSevere(scans, mostDrawn))
  const body = [
    overview(analysis, shown),
    ...shown.map((drawn, index) => scanArticle(drawn, index + 1, pictured.has(drawn), typed)),
    scans.length > shown.length
      ? `<p>${scans.length - shown.length} less severe scans are left out here; --json has them all.</p>`
      : '',
    uncommonSection(analysis.uncommon, shown),
    undecidedSection(analysis.undecided),
    backscatterSection(analysis.backscatter),
    inputsSection(analysis.summary),
  ]
  return page(body.filter((part) => part !== '').join('\n'))
}

function page(body: string): string {
  const hash = createHash('sha256').update(style).digest('base64')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Sweepwatch report</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
<footer><p>Made by Sweepwatch. All times are UTC. <code>sweepwatch explain WORD</code> explains every term used here.</p></footer>
</body>
</html>
`
}
