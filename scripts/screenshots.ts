/** Renders the pictures in docs/images, of the HTML report and of the console, both of the bundled capture, with Chromium from the PATH. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Locator } from 'playwright-core'
import { setUp } from '../test/console-browser.ts'
import { ServiceProcess } from '../test/console-service.ts'

const root = join(import.meta.dirname, '..')
const width = 1120
/** What is shown above and below the scan's headline and its pictures. */
const margin = 20

/** What the console is shown at, in pixels. */
const desk = { width: 1280, height: 900 }
const phone = { width: 390, height: 844 }
const capture = 'fixtures/demo/masscan-sweep.pcap'

const pictures = join(root, 'docs', 'images')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-pictures-'))
mkdirSync(pictures, { recursive: true })
// The sandbox needs rights that containers do not give; the pages are ours and load nothing.
const browser = await chromium.launch({ executablePath: chromiumOnPath(), args: ['--no-sandbox'] })
try {
  await reportPicture()
  await consolePictures()
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, maxRetries: 3 })
}

function analyze(...words: readonly string[]): void {
  const all = ['analyze', '--net', '192.0.2.0/24', ...words, capture]
  execFileSync(process.execPath, [join(root, 'bin', 'sweepwatch'), ...all], { cwd: root })
}

async function reportPicture(): Promise<void> {
  const file = join(folder, 'report.html')
  analyze('--report', file)
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: 'light' })
  await page.goto(pathToFileURL(file).href)
  const scan = await boxOf(page.locator('article').first())
  const figures = await boxOf(page.locator('.figures').first())
  const y = scan.y - margin
  const clip = { x: 0, y, width, height: figures.y + figures.height + margin - y }
  await page.screenshot({ path: join(pictures, 'report.png'), fullPage: true, clip })
}

async function consolePictures(): Promise<void> {
  const state = join(folder, 'state')
  analyze('--state', state)
  const service = await ServiceProcess.start(state)
  try {
    const context = await browser.newContext({ viewport: desk, colorScheme: 'light', reducedMotion: 'reduce' })
    const page = await context.newPage()
    await setUp(page, service.setUpLink)
    const [row] = (await (await context.request.get(`${service.address}/api/cases`)).json()).rows
    const shots = [
      { name: 'overview', path: '/' },
      { name: 'cases', path: '/cases' },
      { name: 'case', path: `/cases/${row.id}` },
      { name: 'case-dark', path: `/cases/${row.id}`, colorScheme: 'dark' },
      { name: 'case-phone', path: `/cases/${row.id}`, viewport: phone },
      { name: 'map', path: `/cases/${row.id}/map` },
      { name: 'jobs', path: '/jobs' },
    ] as const
    const storageState = await context.storageState()
    for (const { name, path, ...look } of shots)
      await shoot(service.address + path, join(pictures, `console-${name}.png`), { storageState, ...look })
  } finally {
    await service.stop()
  }
}

async function shoot(url: string, to: string, look: Parameters<Browser['newContext']>[0]): Promise<void> {
  const context = await browser.newContext({ viewport: desk, colorScheme: 'light', reducedMotion: 'reduce', ...look })
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('main h1').first().waitFor()
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  // Figures are drawn after their data came.
  await page.waitForTimeout(1000)
  await page.screenshot({ path: to })
  await context.close()
}

async function boxOf(element: Locator) {
  const box = await element.boundingBox()
  if (box === null) throw new Error('the report has no scan to show')
  return box
}

function chromiumOnPath(): string {
  const { PATH = '' } = process.env
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']
  const paths = PATH.split(delimiter)
  const found = names.flatMap((name) => paths.map((path) => join(path, name))).find(isExecutable)
  if (found === undefined) throw new Error(`none of ${names.join(', ')} is on the PATH`)
  return found
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
