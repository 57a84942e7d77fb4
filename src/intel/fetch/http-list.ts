import { readFile } from 'node:fs/promises'
import type { ListSettings } from '../settings.ts'
import { ask, failed } from './ask.ts'
import { entriesOf } from './counted.ts'
import type { FetchContext, Fetched } from './fetched.ts'
import { dateSnapshot, type FetchState, fetchState, putSnapshot, snapshotOf } from './snapshot.ts'

/**
 * A list at a URL. The server is told what we have (ETag and Last-Modified, RFC 9110 section 13.1); what comes replaces it only
 * if it is a list.
 *
 * @throws Problem `intel-fetch`; the list before then stays
 */
export async function fetchHttpList(
  name: string,
  url: string,
  list: ListSettings,
  context: FetchContext,
): Promise<Fetched> {
  const { directory, now, headers } = context
  const before = await fetchState(directory, name, url)
  const answer = await ask({ name, url, now, headers: { ...headers, ...conditions(before) } })
  const path = snapshotOf(directory, name)
  if (answer.status === 304) {
    if (before === null) throw failed(name, 'the server says that nothing has changed, though we have nothing')
    await dateSnapshot(directory, name, before.lastModified, now)
    return { kind: 'unchanged', entries: entriesOf(await readFile(path), list) ?? 0 }
  }
  const entries = entriesOf(answer.body, list)
  if (entries === undefined)
    throw failed(name, 'what the server gives is no list', 'Is the URL right? The list before stays.')
  const { etag = null, 'last-modified': lastModified = null } = answer.headers
  const state = { from: url, etag, lastModified, addedAfter: null, wholeAt: now }
  const isSame = before !== null && (await readFile(path)).equals(answer.body)
  await putSnapshot(directory, name, isSame ? null : answer.body, state)
  await dateSnapshot(directory, name, lastModified, now)
  return { kind: isSame ? 'unchanged' : 'new', entries }
}

function conditions(before: FetchState | null): Record<string, string> {
  return {
    ...(before?.etag != null && { 'If-None-Match': before.etag }),
    ...(before?.lastModified != null && { 'If-Modified-Since': before.lastModified }),
  }
}
