import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FastifyInstance, staticFiles } from './http.ts'

/** Where `npm run build:console` puts the page. */
const builtConsole = fileURLToPath(new URL('../../dist/console/', import.meta.url))

const notBuilt =
  '<!doctype html><meta charset="utf-8"><title>Sweepwatch</title><p>The console is not built: run <code>npm run build:console</code>. The API answers at <a href="/api/docs">/api/docs</a>.'

/**
 * Serves the console: its files, and its page for every other path, so that links into it work. The page's style elements carry a nonce
 * that is new each time; nothing is loaded from anywhere else (CSP level 3).
 */
export async function serveConsole(app: FastifyInstance, folder = builtConsole): Promise<void> {
  const page = join(folder, 'index.html')
  const isBuilt = existsSync(page)
  const html = isBuilt ? readFileSync(page, 'utf8') : notBuilt
  if (isBuilt) {
    await app.register(staticFiles, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      immutable: true,
      maxAge: '1y',
      preCompressed: true,
      index: false,
    })
  }
  app.get('/*', (_, reply) => {
    const nonce = randomBytes(16).toString('base64')
    reply
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(html.replace('{{nonce}}', nonce))
  })
}

function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
