/** Renders docs/images/report.png: the scan in the HTML report of the bundled capture, with Chromium from the PATH. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Locator } from 'playwright-core'

const root = join(import.meta.dirname, '..')
const width = 1120
/** What is shown above and below the scan's headline and its pictures. */
const margin = 20

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-pictures-'))
try {
  const page = join(folder, 'report.html')
  const capture = 'fixtures/demo/masscan-sweep.pcap'
  execFileSync(
    process.execPath,
    [join(root, 'bin', 'sweepwatch'), 'analyze', '--net', '192.0.2.0/24', '--report', page, capture],
    { cwd: root },
  )
  const pictures = join(root, 'docs', 'images')
  mkdirSync(pictures, { recursive: true })
  await picture(page, join(pictures, 'report.png'))
} finally {
  rmSync(folder, { recursive: true })
}

async function picture(file: string, to: string): Promise<void> {
  // The sandbox needs rights that containers do not give; the page is ours and loads nothing.
  const browser = await chromium.launch({ executablePath: chromiumOnPath(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: 'light' })
    await page.goto(pathToFileURL(file).href)
    const scan = await boxOf(page.locator('article').first())
    const pictures = await boxOf(page.locator('.figures').first())
    const y = scan.y - margin
    const clip = { x: 0, y, width, height: pictures.y + pictures.height + margin - y }
    await page.screenshot({ path: to, fullPage: true, clip })
  } finally {
    await browser.close()
  }
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
