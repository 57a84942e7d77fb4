import { stat } from 'node:fs/promises'
import { now as clock } from '../base/clock.ts'
import { parsePrefix } from '../base/prefix.ts'
import { snapshotOf } from './fetch/snapshot.ts'
import { Databases } from './identity/databases.ts'
import { ReverseNames } from './identity/reverse-names.ts'
import { brokenList, type LoadedList, loadLists } from './list/load-lists.ts'
import { openOnline } from './online/open-online.ts'
import { OpenIntelligence } from './open-intelligence.ts'
import type { IntelSettings, ListSettings } from './settings.ts'

export interface IntelOptions {
  readonly settings: IntelSettings
  /** Our networks: nobody outside is asked about their addresses. */
  readonly own?: readonly string[]
  /** The present, in milliseconds; default: the machine's clock. Only what is asked on-line depends on it. */
  readonly now?: () => number
}

/**
 * Opens everything that the configuration names. Lists and databases are read into memory now; nothing is asked of anybody until
 * `about` is. A list or database that is damaged is told in `looked` and in `lists`, and does not stop the rest.
 *
 * @throws Problem `intel` for a path that cannot be read, an unknown format, a list of which nothing tells what it means, a key that
 * cannot be read, a resolver that is none
 */
export async function openIntelligence(options: IntelOptions): Promise<OpenIntelligence> {
  const { settings, own = [], now = () => clock() / 1000 } = options
  const lists: LoadedList[] = []
  for (const [name, each] of Object.entries(settings.lists)) lists.push(...(await listsOf(name, each, settings)))
  const { reverseDns, services, directory, halfLife } = settings
  return new OpenIntelligence({
    lists,
    databases: await Databases.load(settings.databases),
    reverse: reverseDns === false ? null : new ReverseNames(reverseDns === true ? null : reverseDns, now),
    online: await openOnline({ services, directory, now }),
    own: own.map(parsePrefix).filter((prefix) => prefix !== undefined),
    halfLives: halfLife,
    now,
  })
}

async function listsOf(name: string, list: ListSettings, settings: IntelSettings): Promise<LoadedList[]> {
  const context = { halfLives: settings.halfLife }
  if (list.path !== null) return loadLists(name, list, { path: list.path }, context)
  const reference = list.url ?? `${list.taxii?.server} ${list.taxii?.collection}`
  const path = settings.directory === null ? undefined : snapshotOf(settings.directory, name)
  if (path === undefined) return [brokenList(name, reference, 'there is no `directory` to fetch it into')]
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isThere) return [brokenList(name, reference, `it was never fetched (sweepwatch intel fetch ${name})`)]
  return loadLists(name, list, { path, reference }, context)
}
