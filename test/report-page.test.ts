import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { hostile, sample } from '../fixtures/report/sample.ts'
import type { Analysis } from '../src/case/analysis.ts'
import { htmlReport } from '../src/report/html.ts'
import { contrastProgram } from './page-contrast.ts'
import { noBrowser, ReportBrowser } from './report-browser.ts'

describe('the HTML report in a browser', { skip: noBrowser }, () => {
  const browser = new ReportBrowser()
  before(() => browser.start())
  after(() => browser.close())
  const open = (analysis: Analysis, options: Parameters<ReportBrowser['open']>[1]) =>
    browser.open(htmlReport(analysis, { program: 'sweepwatch', paths: ['edge.pcap'] }), options)

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
