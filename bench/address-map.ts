/// <reference lib="dom" />
/**
 * Frames a second of the address map's replay at 2^20 cells, in a headless Chromium that renders in software: `node bench/address-map.ts`
 * after `npm run build:console`. The scan is made up: every address of 198.16.0.0/12 once, in a fixed random order and in sequence.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { openApp } from '../src/server/app.ts'
import { openSite } from '../src/server/site.ts'
import { CaseStore } from '../src/store/case-store.ts'
import { writeTouches } from '../src/store/scan-touches.ts'
import { Random } from './random.ts'

const root = join(import.meta.dirname, '..')
const cells = 2 ** 20
const first = 0xc6100000
const consoleFolder = process.env['SWEEPWATCH_CONSOLE'] ?? join(root, 'dist/console')

/** Every number below 2^20 once, in an order without neighbours: each step can be undone. */
function mixed(i: number): number {
  const once = Math.imul(i ^ (i >>> 9), 0x9e3779b1) & (cells - 1)
  return Math.imul(once ^ (once >>> 11), 0x85ebca77) & (cells - 1)
}

/** Lays the scan into the bundled capture's case. @returns the case */
function plant(state: string, isPermuted: boolean): string {
  const demo = join(root, 'fixtures/demo/masscan-sweep.pcap')
  const words = [join(root, 'src/cli.ts'), 'analyze', '--net', '192.0.2.0/24', '--state', state, demo]
  if (spawnSync(process.execPath, words).status !== 0) throw new Error('the bundled capture could not be analysed')
  const store = CaseStore.open(state)
  const id = store.list()[0]?.id as string
  const scan = String(store.database.prepare('SELECT ref FROM case_scan WHERE case_id = ?').get(id)?.['ref'])
  store.database.prepare('DELETE FROM scan_touch').run()
  const random = new Random(42)
  const address = new Uint32Array(4 * cells)
  for (let i = 0; i < cells; i++) {
    address[4 * i + 2] = 0xffff
    address[4 * i + 3] = first + (isPermuted ? mixed(i) : i)
  }
  const touches = {
    sources: ['203.0.113.7', '203.0.113.8'],
    at: Float64Array.from({ length: cells }, (_, i) => Date.UTC(2026, 10, 22) * 1000 + i * 100),
    address,
    port: new Uint16Array(cells).fill(443),
    outcome: Uint8Array.from({ length: cells }, () => (random.unit() < 0.1 ? 0 : 2)),
    source: Uint16Array.from({ length: cells }, (_, i) => i & 1),
    omitted: 0,
  }
  writeTouches(store.database, { scan, touches })
  store.close()
  return id
}

/** Milliseconds between frames while the replay plays. */
async function frames(state: string, id: string): Promise<{ loaded: number; gaps: number[] }> {
  const site = openSite(state, undefined)
  const actor = { name: 'bench', role: 'viewer', via: 'token', credential: 'bench', from: '127.0.0.1' } as const
  const app = await openApp({
    site,
    version: '0',
    consoleFolder,
    gate: { identify: async () => actor, audit: () => {} },
  })
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  try {
    await app.listen({ host: '127.0.0.1', port: 0 })
    const page = await browser.newPage({ viewport: { width: 1280, height: 1100 } })
    const began = performance.now()
    await page.goto(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/cases/${id}/map`)
    await page.locator('[data-map]').waitFor()
    const loaded = performance.now() - began
    await page.waitForTimeout(1500)
    await page.locator('[data-map]').focus()
    await page.keyboard.press('Space')
    const gaps = await page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          const seen: number[] = []
          let last = performance.now()
          const step = (now: number) => {
            seen.push(now - last)
            last = now
            if (seen.length < 480) requestAnimationFrame(step)
            else resolve(seen.slice(1))
          }
          requestAnimationFrame(step)
        }),
    )
    return { loaded, gaps }
  } finally {
    await browser.close()
    await app.close()
    site.cases.close()
  }
}

for (const name of ['sequential', 'permuted']) {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-map-bench-'))
  try {
    const { loaded, gaps } = await frames(folder, plant(folder, name === 'permuted'))
    const sorted = gaps.toSorted((x, y) => x - y)
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] as number).toFixed(1)
    console.log(
      `${name}: ${(1000 / mean).toFixed(1)} frames a second (gap median ${at(0.5)} ms, p99 ${at(0.99)} ms), ` +
        `${cells} cells, shown after ${Math.round(loaded)} ms; ${cpus().length} cores, headless, software rendering`,
    )
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 3 })
  }
}
