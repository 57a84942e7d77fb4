import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cases, escalated } from '../fixtures/case/sample.ts'
import { hostileText } from '../fixtures/report/sample.ts'
import type { Case } from '../src/case/case.ts'
import { mapStrings } from '../src/report/case/strings.ts'
import { rendered } from './export-options.ts'
import { contrastProgram } from './page-contrast.ts'
import { noBrowser, ReportBrowser } from './report-browser.ts'

const hostile: Case = mapStrings(escalated, (text, isOwnWord) =>
  isOwnWord || /^\d{4}-/.test(text) ? text : hostileText,
)

describe('the page of a case in a browser', { skip: noBrowser }, () => {
  const browser = new ReportBrowser()
  before(() => browser.start())
  after(() => browser.close())
  const open = (theCase: Case, options: Parameters<ReportBrowser['open']>[1]) =>
    browser.open(rendered('html', theCase), options)

  for (const theCase of [...cases, { ...hostile, id: 'hostile' }]) {
    test(`${theCase.id}: no complaint, no request, no script, no sideways scrolling on a phone`, async () => {
      for (const [width, colorScheme] of [
        [390, 'dark'],
        [1280, 'light'],
      ] as const) {
        const { page, complaints } = await open(theCase, { viewport: { width, height: 900 }, colorScheme })
        assert.deepEqual(complaints, [])
        assert.equal(await page.locator('img, script, iframe, link').count(), 0)
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
        await page.close()
      }
    })
  }

  test('headings go down by one step, and every table has a caption and headers', async () => {
    const { page } = await open(escalated, {})
    const levels: number[] = await page.evaluate(
      `[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))`,
    )
    assert.equal(levels.filter((level) => level === 1).length, 1)
    assert.ok(levels.every((level, i) => i === 0 || level <= (levels[i - 1] as number) + 1))
    const bare: number = await page.evaluate(
      `[...document.querySelectorAll('table')].filter((t) => !t.caption || t.querySelectorAll('th[scope]').length !== t.rows[1].cells.length).length`,
    )
    assert.equal(bare, 0)
    await page.close()
  })

  test('text has the contrast of WCAG AA in both themes', async () => {
    for (const theCase of cases) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await open(theCase, { colorScheme })
        assert.deepEqual(await page.evaluate(contrastProgram), [], colorScheme)
        await page.close()
      }
    }
  })

  test('on paper: A4, what is folded on the screen is there, and nothing is wider than the page', async () => {
    for (const theCase of [escalated, hostile]) {
      const { page } = await open(theCase, {})
      const pdf = await page.pdf({ preferCSSPageSize: true })
      assert.match(pdf.subarray(0, 8).toString(), /^%PDF-/)
      await page.emulateMedia({ media: 'print' })
      // A4 less the margins of the style sheet, at 96 dots an inch.
      await page.setViewportSize({ width: 695, height: 1009 })
      const wide: string[] =
        await page.evaluate(`[...document.querySelectorAll('table, figure, pre, p, li, h1, h2, h3, dd')]
        .filter((e) => e.getBoundingClientRect().right > 696).map((e) => e.tagName + ' ' + e.textContent.slice(0, 40))`)
      assert.deepEqual(wide, [])
      const folded: number = await page.evaluate(
        `[...document.querySelectorAll('details table')].filter((t) => !t.checkVisibility({ contentVisibilityAuto: true })).length`,
      )
      assert.equal(folded, 0)
      await page.close()
    }
  })
})
