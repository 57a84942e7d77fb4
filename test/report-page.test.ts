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

/** Lists text elements whose colour and background are closer than 4.5 : 1. Runs in the page. */
const contrastProgram = `(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number)
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor)
      if (colour.length === 3 || colour[3] === 1) return colour
    }
    return [255, 255, 255]
  }
  const poor = []
  for (const element of document.querySelectorAll('h1,h2,h3,p,li,span,dt,dd,td,th,caption,figcaption,strong,code,a,label,legend,summary,.pill,svg text')) {
    const style = getComputedStyle(element)
    const [a, b] = [light(parse(element.tagName === 'text' ? style.fill : style.color)), light(ground(element))].sort((x, y) => y - x)
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(element.tagName + ' ' + element.textContent.slice(0, 30))
  }
  return poor
})()`
