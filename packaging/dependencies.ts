import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Locked {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Optional for who installs from npm, and large; in a package the archive and hunts must work. */
const alsoPackaged = ['@duckdb/node-api']

/**
 * The folders below `node_modules` that the program needs at run time: what package.json depends on, with all that this depends on, as
 * package-lock.json resolved it. They are taken from the tree that the tests ran with, so no registry is asked.
 * @throws Error where the tree is not what the lock says
 */
export function runtimePackages(root: string): readonly string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages as Record<string, Locked>
  const found = new Set<string>()
  const waiting: [from: string, name: string, isOptional: boolean][] = [
    ...wants(lock[''] ?? {}, ''),
    ...alsoPackaged.map((name): [string, string, boolean] => ['', name, false]),
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [from, name, isOptional] = next
    const path = resolve(lock, from, name)
    if (path === undefined || !existsSync(join(root, path))) {
      if (isOptional) continue
      throw new Error(`${name}, which ${from || 'Sweepwatch'} needs, is not installed: run npm ci`)
    }
    if (found.has(path)) continue
    mustBeLocked(root, path, lock[path] as Locked)
    found.add(path)
    waiting.push(...wants(lock[path] as Locked, path))
  }
  return [...found].sort()
}

function wants(locked: Locked, from: string): [string, string, boolean][] {
  const of = (names: Locked['dependencies'], isOptional: boolean) =>
    Object.keys(names ?? {}).map((name): [string, string, boolean] => [from, name, isOptional])
  return [
    ...of(locked.dependencies, false),
    ...of(locked.optionalDependencies, true),
    ...of(from === '' ? {} : locked.peerDependencies, true),
  ]
}

/** As Node looks for a package: in the folder's own `node_modules`, then in those above it. */
function resolve(lock: Record<string, Locked>, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (path in lock) return path
    if (folder === '') return undefined
  }
}

function mustBeLocked(root: string, path: string, locked: Locked): void {
  const { version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Locked
  if (version === locked.version) return
  throw new Error(`${path} is ${version}, but package-lock.json says ${locked.version}: run npm ci`)
}
