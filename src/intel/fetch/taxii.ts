import { itemsOf, membersOf } from '../format/format.ts'
import { keptText } from '../list/entry.ts'
import type { TaxiiSettings } from '../settings.ts'
import { type Answered, ask, failed, mostBytes } from './ask.ts'

/** TAXII 2.1, OASIS Standard: https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html */
const mediaType = 'application/taxii+json;version=2.1'
const mostRoots = 16
const mostPages = 10_000
const mostObjects = 1_000_000
/** Objects that we ask for at once; a server may give fewer. */
const limit = 1000
/** What tells of addresses, and of those behind them. Servers may ignore the filter. */
const types = 'indicator,relationship,intrusion-set,threat-actor,campaign,malware,tool,infrastructure,identity'

/** Who asks, for what list, when. */
export interface TaxiiContext {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds. */
  readonly now: number
}

/**
 * The URL of a collection's objects (sections 4.1, 4.2, 5.1): the server is asked for its API roots, or is one itself; the collection
 * is found by id, alias or title in any of them.
 *
 * @throws Problem `intel-fetch`
 */
export async function collectionUrl(context: TaxiiContext, { server, collection }: TaxiiSettings): Promise<string> {
  const { name } = context
  const base = slashed(server)
  const { api_roots: told } = membersOf(jsonOf(await question(context, base)))
  const roots = itemsOf(told)
    .slice(0, mostRoots)
    .flatMap((root) => (typeof root === 'string' ? (URL.parse(root, base)?.href ?? []) : []))
  const own = roots.filter((root) => new URL(root).origin === new URL(base).origin)
  if (roots.length > 0 && own.length === 0) {
    throw failed(name, `the API roots of ${base} are on another server`, `Write one as \`server\`: ${roots[0]}`)
  }
  const titles: string[] = []
  for (const root of own.length > 0 ? own : [base]) {
    const { collections } = membersOf(jsonOf(await question(context, `${slashed(root)}collections/`)))
    for (const item of itemsOf(collections)) {
      const { id, title, alias, can_read: mayRead } = membersOf(item)
      if (typeof id !== 'string') continue
      if (![id, title, alias].includes(collection)) titles.push(keptText(title) ?? id.slice(0, 64))
      else if (mayRead === false) throw failed(name, `the collection ${collection} is not for us to read`)
      else return `${slashed(root)}collections/${encodeURIComponent(id)}/objects/`
    }
  }
  throw failed(name, `${base} has no collection ${collection}`, `It has: ${titles.slice(0, 20).join(', ') || 'none'}.`)
}

/** The objects that were added after a time, and the server's time of the last; null where it tells none. */
export interface Added {
  readonly objects: readonly unknown[]
  readonly last: string | null
}

/**
 * All pages of a collection (sections 3.4, 5.4). A server that goes on without getting on is left.
 * @param addedAfter null: from the beginning
 * @throws Problem `intel-fetch`
 */
export async function objectsOf(context: TaxiiContext, url: string, addedAfter: string | null): Promise<Added> {
  const objects: unknown[] = []
  let [after, next, last] = [addedAfter, null as string | null, null as string | null]
  let left = mostBytes
  const seen = new Set<string>()
  for (let page = 0; page < mostPages; page++) {
    const asked = pageUrl(url, after, next)
    if (seen.has(asked)) throw failed(context.name, 'the server gives the same page again and again')
    seen.add(asked)
    const answer = await question(context, asked, left)
    left -= answer.body.length
    const { objects: told, more, next: token } = membersOf(jsonOf(answer))
    const given = itemsOf(told)
    if (objects.length + given.length > mostObjects) throw failed(context.name, `more than ${mostObjects} objects`)
    for (const object of given) objects.push(object)
    const header = answer.headers['x-taxii-date-added-last']
    last = typeof header === 'string' && isTimestamp(header) ? header : last
    if (more !== true) return { objects, last }
    next = typeof token === 'string' ? token.slice(0, 2048) : null
    // A server that cannot resume gives no token: the time of its last object takes us on.
    if (next === null) after = last
  }
  throw failed(context.name, `more than ${mostPages} pages`)
}

function pageUrl(url: string, after: string | null, next: string | null): string {
  const query = new URLSearchParams({ limit: String(limit), 'match[type]': types })
  if (after !== null) query.set('added_after', after)
  if (next !== null) query.set('next', next)
  return `${url}?${query}`
}

function question(context: TaxiiContext, url: string, most = mostBytes): Promise<Answered> {
  return ask({ ...context, url, most, headers: { ...context.headers, Accept: mediaType } })
}

function jsonOf({ body }: Answered): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text)
}

function slashed(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}
