import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { itemsOf, membersOf } from '../format/format.ts'
import type { ListSettings, TaxiiSettings } from '../settings.ts'
import { failed, mostBytes } from './ask.ts'
import { entriesOf } from './counted.ts'
import type { FetchContext, Fetched } from './fetched.ts'
import { type FetchState, fetchState, putSnapshot, snapshotOf } from './snapshot.ts'
import { collectionUrl, objectsOf } from './taxii.ts'

/** What a server takes out of a collection it does not tell: all is fetched anew after a week. */
const wholeEvery = 7 * 86_400_000

type Objects = Map<string, Readonly<Record<string, unknown>>>

/**
 * A collection of a TAXII 2.1 server as one STIX bundle: what is new is added to what we have, of each object the latest version.
 * @throws Problem `intel-fetch`; the bundle before then stays
 */
export async function fetchCollection(
  name: string,
  taxii: TaxiiSettings,
  list: ListSettings,
  { directory, now, headers }: FetchContext,
): Promise<Fetched> {
  const from = `${taxii.server} ${taxii.collection}`
  const context = { name, headers, now }
  const before = await fetchState(directory, name, from)
  const after = resumable(before, now) ? before.addedAfter : null
  const known = after === null ? null : await bundleOf(snapshotOf(directory, name))
  const url = await collectionUrl(context, taxii)
  const { objects, last } = await objectsOf(context, url, known === null ? null : after)
  const merged: Objects = known ?? new Map()
  for (const object of objects) add(merged, object)
  const bytes = bundleText(from, merged)
  if (bytes.length > mostBytes) throw failed(name, `the collection is larger than ${mostBytes >> 20} MiB`)
  const isSame = before !== null && (await readFile(snapshotOf(directory, name))).equals(bytes)
  await putSnapshot(directory, name, isSame ? null : bytes, {
    from,
    etag: null,
    lastModified: null,
    addedAfter: last ?? (known === null ? null : after),
    wholeAt: known === null ? now : (before?.wholeAt ?? now),
  })
  return { kind: isSame ? 'unchanged' : 'new', entries: entriesOf(bytes, list) ?? 0 }
}

function resumable(before: FetchState | null, now: number): before is FetchState {
  return before !== null && before.wholeAt <= now && now - before.wholeAt < wholeEvery
}

/** The objects of the bundle that we have; null where it cannot be read, and all is to be fetched. */
async function bundleOf(path: string): Promise<Objects | null> {
  try {
    const objects: Objects = new Map()
    const { objects: kept } = membersOf(JSON.parse(await readFile(path, 'utf8')))
    for (const object of itemsOf(kept)) add(objects, object)
    return objects
  } catch {
    return null
  }
}

/** Of two versions of an object the later counts (STIX 2.1 section 3.6). */
function add(objects: Objects, value: unknown): void {
  const object = membersOf(value)
  const { id } = object
  if (typeof id !== 'string' || id.length > 256) return
  const known = objects.get(id)
  if (known === undefined || timeOfVersion(object) >= timeOfVersion(known)) objects.set(id, object)
}

function timeOfVersion({ modified, created }: Readonly<Record<string, unknown>>): number {
  const time = Date.parse(String(modified ?? created))
  return Number.isNaN(time) ? 0 : time
}

/** In the order of ids, so that the same objects give the same bytes. */
function bundleText(from: string, objects: Objects): Buffer {
  const sorted = [...objects].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, object]) => object)
  const hex = createHash('sha256').update(from).digest('hex')
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return Buffer.from(JSON.stringify({ type: 'bundle', id: `bundle--${uuid.join('-')}`, objects: sorted }))
}
