import type { Browser, BrowserContext, Page } from 'playwright-core'
import { noConsole } from './console-service.ts'
import { noBrowser } from './report-browser.ts'

export const noConsoleBrowser = noBrowser || noConsole
/** Milliseconds: machines are busy. */
const patience = 30_000

/** A page of which is noted whatever it must not do: ask another host, break the content policy, fail, open a dialogue. */
export async function watchedPage(
  browser: Browser,
  origin: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`error ${error}`))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    // The browser itself notes every answer above 399; 401 is how the page learns that nobody is signed in.
    if (message.type() === 'error' && !/status of 401/.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) complaints.push(`request ${url}`)
  })
  return { page, context, complaints }
}

const password = 'two herons by a grey canal'

/** Makes the first admin by the link that the service printed: alice is signed in afterwards. */
export async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Name').fill('alice')
  await page.getByLabel(/^Password\W*$/).fill(password)
  await page.getByLabel('Password again').fill(password)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('button', { name: 'Signed in as alice' }).waitFor()
}

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('alice')
  await page.getByLabel(/^Password\W*$/).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Signed in as alice' }).waitFor()
}
