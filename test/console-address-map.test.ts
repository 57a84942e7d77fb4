/// <reference lib="dom" />
/** The address map in a real Chromium: a known scan's colours where they belong, the replay, the keys, the link. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { pixelOf } from '../console/part/address-map/hilbert.ts'
import { touchOutcomes } from '../src/detect/finding.ts'
import { openSite } from '../src/server/site.ts'
import { CaseStore } from '../src/store/case-store.ts'
import { writeTouches } from '../src/store/scan-touches.ts'
import { launchBrowser, noBrowser } from './report-browser.ts'
import { Listening } from './server-listening.ts'

const root = join(import.meta.dirname, '..')
const consoleFolder = process.env['SWEEPWATCH_CONSOLE'] ?? join(root, 'dist/console')
const skip = noBrowser || (existsSync(join(consoleFolder, 'index.html')) ? false : 'the console is not built')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-map-page-'))
const start = Date.UTC(2026, 10, 22) * 1000

/** Lays a scan of the lower half of 192.0.2.0/24 into the bundled capture's case: one address a second, upwards, every tenth answers. */
function plantScan(state: string): string {
  const demo = join(root, 'fixtures/demo/masscan-sweep.pcap')
  const words = [join(root, 'src/cli.ts'), 'analyze', '--net', '192.0.2.0/24', '--state', state, demo]
  assert.equal(spawnSync(process.execPath, words).status, 0)
  const store = CaseStore.open(state)
  const id = store.list()[0]?.id as string
  const scan = String(store.database.prepare('SELECT ref FROM case_scan WHERE case_id = ?').get(id)?.['ref'])
  store.database.prepare('DELETE FROM scan_touch').run()
  const numbers = Array.from({ length: 128 }, (_, i) => i)
  const touches = {
    sources: ['203.0.113.7'],
    at: Float64Array.from(numbers, (i) => start + i * 1e6),
    address: Uint32Array.from(numbers.flatMap((i) => [0, 0, 0xffff, 0xc0000200 + i])),
    port: Uint16Array.from(numbers, () => 80),
    outcome: Uint8Array.from(numbers, (i) => touchOutcomes.indexOf(i % 10 === 0 ? 'established' : 'unanswered')),
    source: new Uint16Array(128),
    omitted: 0,
  }
  writeTouches(store.database, { scan, touches })
  store.close()
  return id
}

describe('the address map in a browser', { skip }, () => {
  let [service, browser, page, base, id] = [] as unknown as [Listening, Browser, Page, string, string]
  before(async () => {
    id = plantScan(join(folder, 'state'))
    const site = openSite(join(folder, 'state'), undefined)
    const actor = { name: 'alice', role: 'viewer', via: 'token', credential: 'test', from: '127.0.0.1' } as const
    service = await Listening.open(site, { identify: async () => actor, audit: () => {} }, consoleFolder)
    base = service.address
    browser = await launchBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' })
  })
  after(async () => {
    await browser?.close()
    await service?.close()
    rmSync(folder, { recursive: true, maxRetries: 3 })
  })

  const open = async (query = '') => {
    await page.goto(`${base}/cases/${id}/map${query}`)
    await page.locator('[data-map]').waitFor()
    await page.waitForTimeout(300)
  }
  /** The colour that stands below the middle of an address's cell: block names stand above it. */
  const colourOf = (last: number) => {
    const pixel = pixelOf(8, last)
    return page.evaluate(
      ([x, y]) => {
        const canvas = document.querySelector('[data-map] canvas') as HTMLCanvasElement
        const cell = canvas.width / 16
        const context = canvas.getContext('2d') as CanvasRenderingContext2D
        const data = context.getImageData((x as number) * cell + cell / 2, (y as number) * cell + cell * 0.7, 1, 1).data
        return `#${[...data.slice(0, 3)].map((part) => part.toString(16).padStart(2, '0')).join('')}`
      },
      [pixel % 16, Math.floor(pixel / 16)],
    )
  }
  const press = async (key: string) => {
    await page.locator('[data-map]').focus()
    await page.keyboard.press(key)
  }

  test('colours stand where the addresses are: outcomes, and what was not touched', async () => {
    await open('?colour=outcome')
    for (const last of [0, 10, 120]) assert.equal(await colourOf(last), '#c81e5b')
    for (const last of [1, 77, 127]) assert.equal(await colourOf(last), '#9aa5b1')
    for (const last of [128, 200, 255]) assert.equal(await colourOf(last), '#e9ebee')
    assert.match(
      (await page.locator('[data-title]').textContent()) ?? '',
      /192\.0\.2\.0\/24: 128 of 256 addresses touched/,
    )
  })

  test('the slider goes back in time, and the link has it', async () => {
    await open('?colour=outcome')
    await page.getByRole('slider', { name: 'Moment of the scan' }).fill('500')
    await page.waitForTimeout(600)
    assert.equal(await colourOf(63), '#9aa5b1')
    assert.equal(await colourOf(64), '#e9ebee')
    assert.match(page.url(), /at=0\.5/)
    await page.reload()
    await page.locator('[data-map]').waitFor()
    await page.waitForTimeout(300)
    assert.equal(await colourOf(64), '#e9ebee')
  })

  test('keys: the cursor tells the address, + zooms into the link, Space plays', async () => {
    await open('?colour=outcome&at=0.2')
    for (let i = 0; i < 20; i++) await press('ArrowLeft')
    for (let i = 0; i < 20; i++) await press('ArrowUp')
    assert.match(
      (await page.locator('[data-told]').textContent()) ?? '',
      /^192\.0\.2\.0: first touched .*answered · by 203\.0\.113\.7/,
    )
    await press('+')
    await page.waitForTimeout(600)
    assert.match(page.url(), /zoom=2/)
    await press('0')
    await press('Space')
    await page.waitForTimeout(400)
    await press('Space')
    const after = Number(await page.getByRole('slider', { name: 'Moment of the scan' }).inputValue())
    assert.ok(after > 200 && after < 1000, String(after))
    await press('-')
    await page.waitForTimeout(600)
    assert.match(page.url(), /block=192\.0\.0\.0%2F20/)
  })

  test('the port axis is the second view', async () => {
    await open()
    await page.getByText('Ports', { exact: true }).click()
    await page.waitForTimeout(500)
    assert.match(page.url(), /view=ports/)
    assert.match((await page.locator('[data-title]').textContent()) ?? '', /^Ports of 192\.0\.2\.0\/24/)
  })

  for (const scheme of ['light', 'dark'] as const) {
    test(`axe finds nothing, ${scheme}`, async () => {
      await page.emulateMedia({ colorScheme: scheme })
      for (const query of ['', '?view=ports&across=address&scale=log']) {
        await open(query)
        await page.evaluate(axe)
        const found = await page.evaluate(async () => {
          const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run('.address-map')
          return violations.map(
            ({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
          )
        })
        assert.deepEqual(found, [])
      }
    })
  }

  test('a link that says nonsense shows the usual map', async () => {
    await open('?block=%3Cscript%3E&zoom=NaN&at=x&colour=none&view=1')
    assert.match((await page.locator('[data-title]').textContent()) ?? '', /^Map of 192\.0\.2\.0\/24/)
  })
})
