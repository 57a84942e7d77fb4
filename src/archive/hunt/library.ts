import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Hunt } from './hunt.ts'
import { parseHunt } from './parse.ts'

/** The hunts that come with Sweepwatch. */
const builtInHunts = fileURLToPath(new URL('../../../hunts/', import.meta.url))

/**
 * The hunts of a folder, by name. Files of other names than `some-name.sql` are none.
 * @throws Problem `bad-hunt`
 */
export function loadHunts(folder: string = builtInHunts): readonly Hunt[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const id = /^([a-z][a-z0-9-]*)\.sql$/.exec(name)?.[1]
      return id === undefined ? [] : [parseHunt(id, readFileSync(join(folder, name), 'utf8'))]
    })
}
