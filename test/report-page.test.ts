import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { hostile, sample } from '../fixtures/report/sample.ts'
import type { Analysis } from '../src/case/analysis.ts'
import { htmlReport } from '../src/report/html.ts'
import { contrastProgram } from './page-contrast.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)
const skip =
  executablePath === undefined ? 'no Chromium on this machine: the report page was not opened in a browser' : false

describe('the HTML report in a browser', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-page-'))
  let browser: Browser
  before(async () => {
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
  })
  after(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  /** Opens a report and collects what the browser complains about and asks for. */
  async function open(
    analysis: Analysis,
    options: Parameters<Browser['newPage']>[0],
  ): Promise<{ page: Page; complaints: string[] }> {
    const file = join(folder, 'report.html')
    writeFileSync(file, htmlReport(analysis, { program: 'sweepwatch', paths: ['edge.pcap'] }))
    const page = await browser.newPage(options)
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

  for (const [name, analysis] of [
    ['sample', sample],
    ['hostile', hostile],
  ] as const) {
    test(`${name}: nothing on the console, no request, no script ran, no sideways scrolling on a phone`, async () => {
      for (const [width, colorScheme] of [
        [390, 'dark'],
        [1280, 'light'],
      ] as const) {
        const { page, complaints } = await open(analysis, { viewport: { width, height: 900 }, colorScheme })
        assert.deepEqual(complaints, [])
        assert.equal(await page.locator('img, script').count(), 0)
        assert.ok((await page.evaluate('document.documentElement.scrollWidth')) === width)
        await page.close()
      }
    })
  }

  test('the map changes its colours by keyboard, without a script', async () => {
    const { page } = await open(sample, { javaScriptEnabled: false })
    const map = page.locator('figure.map').first()
    assert.deepEqual(
      [await map.locator('.by-outcome').isVisible(), await map.locator('.by-order').isVisible()],
      [true, false],
    )
    await map.getByLabel('outcome').focus()
    await page.keyboard.press('ArrowRight')
    assert.deepEqual(
      [await map.locator('.by-outcome').isVisible(), await map.locator('.by-order').isVisible()],
      [false, true],
    )
    await page.close()
  })

  test('text has the contrast of WCAG AA in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(sample, { colorScheme })
      assert.deepEqual(await page.evaluate(contrastProgram), [], colorScheme)
      await page.close()
    }
  })
})
