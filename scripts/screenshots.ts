/** Renders docs/images/report.png: the top of the HTML report of the bundled capture, with Chromium from the PATH. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const root = join(import.meta.dirname, '..')
const size = { width: 1120, height: 980 }

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-pictures-'))
try {
  const page = join(folder, 'report.html')
  const capture = 'fixtures/demo/masscan-sweep.pcap'
  execFileSync('bin/sweepwatch', ['analyze', '--net', '192.0.2.0/24', '--report', page, capture], { cwd: root })
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
    const page = await browser.newPage({ viewport: size, colorScheme: 'light' })
    await page.goto(pathToFileURL(file).href)
    await page.screenshot({ path: to })
  } finally {
    await browser.close()
  }
}

function chromiumOnPath(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']
  const paths = (process.env['PATH'] ?? '').split(delimiter)
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
