import { createHash } from 'node:crypto'

/** Four cells of the address map, one lit. */
const mark =
  '<svg viewBox="0 0 5 5" aria-hidden="true"><path d="M0 0h2v2h-2zM3 0h2v2h-2zM3 3h2v2h-2z" opacity=".45"/><path d="M0 3h2v2h-2z"/></svg>'

/** The line above a page's heading. */
export const brand = `<p class="brand">${mark}Sweepwatch</p>`

/**
 * One self-contained page: no script, no request to anywhere, and a policy that forbids both even if a string from a log
 * got past the escaping.
 * @param title escaped @param body HTML @param style the whole style sheet; its hash stands in the policy
 */
export function page(title: string, body: string, style: string): string {
  const hash = createHash('sha256').update(style).digest('base64')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
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
