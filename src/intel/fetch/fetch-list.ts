import { Problem } from '../../base/problem.ts'
import type { ListSettings } from '../settings.ts'
import { authorisation } from './authorisation.ts'
import type { Fetched } from './fetched.ts'
import { fetchHttpList } from './http-list.ts'
import { fetchCollection } from './taxii-list.ts'

export interface FetchOptions {
  /** Where fetched lists are kept: `snapshotOf` says under which name. */
  readonly directory: string
  /** Milliseconds. */
  readonly now: () => number
}

/**
 * Fetches one list from its URL or TAXII collection. The list before is replaced as a whole, or stays where anything fails.
 * @throws Problem `intel-fetch` for what the server does, `intel` for a secret that cannot be read or a list that is a file
 */
export async function fetchList(name: string, list: ListSettings, { directory, now }: FetchOptions): Promise<Fetched> {
  const context = { directory, now: now(), headers: await authorisation(list.auth) }
  if (list.url !== null) return fetchHttpList(name, list.url, list, context)
  if (list.taxii !== null) return fetchCollection(name, list.taxii, list, context)
  throw new Problem('intel', `the list ${name} is a file: there is nothing to fetch`)
}
