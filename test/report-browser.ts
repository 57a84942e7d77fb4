import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = places.find((path) => existsSync(path))
export const noBrowser =
  executablePath === undefined ? 'no Chromium on this machine: reports were not opened in a browser' : false

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
}

/** Opens pages from files, and collects what the browser complains about and asks for. */
export class ReportBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sweepwatch-page-'))
  #browser: Browser | undefined

  async start(): Promise<void> {
    this.#browser = await launchBrowser()
  }

  async close(): Promise<void> {
    await this.#browser?.close()
    rmSync(this.#folder, { recursive: true })
  }

  async open(
    html: string,
    options: Parameters<Browser['newPage']>[0],
  ): Promise<{ page: Page; complaints: readonly string[] }> {
    const file = join(this.#folder, 'report.html')
    writeFileSync(file, html)
    const page = await (this.#browser as Browser).newPage(options)
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('dialog', (dialog) => void complaints.push(`dialog ${dialog.message()}`))
    page.on('request', (request) => {
      if (!request.url().endsWith('/report.html')) complaints.push(`request ${request.url()}`)
    })
    await page.goto(pathToFileURL(file).href)
    return { page, complaints }
  }
}
