/// <reference lib="dom" />
/** Cases whose every foreign text attacks whoever reads it, in a real Chromium: nothing runs, nothing hides, nothing is moved. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { CaseStore } from '../src/store/case-store.ts'
import { setUp, noConsoleBrowser as skip, watchedPage } from './console-browser.ts'
import { ServiceProcess } from './console-service.ts'
import { writeHostileCase } from './hostile-events.ts'
import { launchBrowser } from './report-browser.ts'

/** Each begins so that a spreadsheet, a page or a terminal could take it for its own, and holds a word to find it by. */
const texts: Readonly<Record<string, string>> = {
  aaaa0001:
    '</script><script>window.owned=1</script><img src=x onerror="window.owned=1"><svg onload=owned=1> herring "\'><b>',
  aaaa0002: 'javascript:window.owned=1//herring',
  aaaa0003: '\u001b]0;owned\u0007\u001b[2J\u009b31m\u0085\0 herring \u202egnp.exe\u2066\u200f\u061c\u2028\ufeff\u200b',
  aaaa0004: '=HYPERLINK("http://203.0.113.9/","herring")',
  aaaa0005: `@herring${'W'.repeat(10_000)}`,
  aaaa0006: '+herring \u05e9\u05dc\u05d5\u05dd \ud800 __proto__ {{constructor.constructor("owned=1")()}}',
}
const ids = Object.keys(texts)
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-console-hostile-'))

/** What the page has that it must not have. Runs in the browser. */
function faultsOfPage(): string[] {
  const faults: string[] = []
  const tricks = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
    if (node instanceof Text) {
      if (tricks.test(node.data)) faults.push(`text ${JSON.stringify(node.data.slice(0, 80))}`)
      continue
    }
    for (const { name, value } of (node as Element).attributes) {
      if (tricks.test(value)) faults.push(`attribute ${name}=${JSON.stringify(value.slice(0, 80))}`)
      if (name.startsWith('on')) faults.push(`handler ${name}`)
      if (/^(href|src|action)$/.test(name) && /^\s*javascript:/i.test(value))
        faults.push(`${name}=${value.slice(0, 80)}`)
    }
  }
  for (const made of document.querySelectorAll('img, iframe, object, embed, b > *, svg[onload]'))
    faults.push(`element ${made.outerHTML.slice(0, 80)}`)
  for (const { src } of document.scripts)
    if (!src.startsWith(`${location.origin}/assets/`)) faults.push(`script ${src}`)
  if ('owned' in window) faults.push('a script ran')
  if (tricks.test(document.title)) faults.push('title')
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) faults.push(`${scrollWidth} px wide in ${innerWidth}`, widest())
  return faults

  /** The innermost element without which the page would be narrower. */
  function widest(): string {
    let at: Element = document.body
    for (let deeper: Element | undefined = at; deeper !== undefined; ) {
      at = deeper
      deeper = [...at.children].find((child) => {
        const { display } = (child as HTMLElement).style
        ;(child as HTMLElement).style.display = 'none'
        const isIt = document.documentElement.scrollWidth < scrollWidth
        ;(child as HTMLElement).style.display = display
        return isIt
      })
    }
    return `widened by ${at.outerHTML.slice(0, 160)} in ${at.parentElement?.className}`
  }
}

describe('hostile cases in the console', { skip, timeout: 120_000 }, () => {
  let service: ServiceProcess
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  before(async () => {
    const state = join(folder, 'state')
    mkdirSync(state)
    const store = CaseStore.open(state)
    for (const [id, text] of Object.entries(texts)) writeHostileCase(store, id, text)
    store.close()
    service = await ServiceProcess.start(state)
    browser = await launchBrowser()
    ;({ page, context, complaints } = await watchedPage(browser, service.address))
    await setUp(page, service.setUpLink)
  })
  after(async () => {
    await browser?.close()
    await service?.stop()
    rmSync(folder, { recursive: true, maxRetries: 3 })
  })

  /** Goes there, waits until everything was answered, and tells what is wrong. */
  const faultsAt = async (path: string, wait: string) => {
    complaints.length = 0
    await page.goto(service.address + path)
    await page.locator(wait).first().waitFor()
    await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root, [aria-busy=true]') === null)
    return [...(await page.evaluate(faultsOfPage)), ...complaints]
  }

  for (const width of [1280, 390]) {
    for (const id of ids) {
      test(`case ${id}, ${width} px: ${JSON.stringify(texts[id]?.slice(0, 24))}`, async () => {
        await page.setViewportSize({ width, height: 900 })
        assert.deepEqual(await faultsAt(`/cases/${id}`, 'p.verdict'), [])
        const said = (await page.locator('main').textContent()) ?? ''
        assert.ok(said.split('herring').length > 20, 'the page does not show the texts')
      })
    }
    test(`overview, list and maps, ${width} px`, async () => {
      await page.setViewportSize({ width, height: 900 })
      assert.deepEqual(await faultsAt('/', 'main h2'), [])
      assert.deepEqual(await faultsAt('/cases', 'main a[href^="/cases/"]'), [])
      assert.match((await page.locator('main').textContent()) ?? '', /herring/)
      for (const id of ids) assert.deepEqual(await faultsAt(`/cases/${id}/map`, 'main h1'), [])
    })
  }

  test('an evidence record of each opens beside the page', async () => {
    await page.setViewportSize({ width: 1280, height: 900 })
    for (const id of ids) {
      assert.deepEqual(await faultsAt(`/cases/${id}`, '[data-evidence]'), [])
      await page.locator('[data-evidence]').first().click()
      await page.getByRole('dialog').locator('dl.where').waitFor()
      assert.deepEqual([...(await page.evaluate(faultsOfPage)), ...complaints], [])
    }
  })

  test('the list for a spreadsheet has no formula and no control character', async () => {
    const answer = await context.request.get(`${service.address}/api/cases.csv`)
    assert.equal(answer.status(), 200)
    const csv = await answer.text()
    const cells = [...csv.matchAll(/(?<=^|,|\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(([, a, b]) => a ?? b ?? '')
    assert.ok(
      cells.filter((cell) => cell.includes('herring')).length >= 2 * ids.length,
      'the texts are not in the list',
    )
    const run = cells.filter((cell) => /^[=+\-@\t\r]/.test(cell) && !Number.isFinite(Number(cell)))
    assert.deepEqual(run, [])
    assert.doesNotMatch(csv, /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  })
})
