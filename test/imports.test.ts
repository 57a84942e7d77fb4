/** The house rules of docs/architecture.md: who may import whom, and where the outside world may be touched. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

/** From the bottom up: a layer imports itself and what stands before it. */
const layers = [
  ...[
    'base',
    'sketch',
    'event',
    'packet',
    'framing',
    'format',
    'source',
    'capture',
    'track',
    'detect',
    'intel',
    'asset',
    'case',
  ],
  ...[
    'triage',
    'respond',
    'decoy',
    'report',
    'notify',
    'store',
    'account',
    'archive',
    'review',
    'config',
    'pipeline',
    'cluster',
    'server',
    'command',
    'cli.ts',
  ],
]
const impure = /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bconsole\.|\bperformance\.|'node:process'/
const mayBeImpure = /^(cli\.ts|command\/|server\/|base\/clock\.ts|base\/random\.ts)/
const mostLines = 400
/** Framing and formats stand side by side; what they agreed on is in format/format.ts. */
const isAgreed = (from: string, to: string) => from.startsWith('framing/') && to === 'format/format.ts'

const root = join(import.meta.dirname, '..', 'src')
const files = globSync('**/*.ts', { cwd: root })
  .sort()
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8'), imports: [] as string[] }))
for (const file of files) {
  const specifiers = file.text.matchAll(/^(?:import|export)\s(?:[^'"=]*\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm)
  file.imports = [...specifiers].map((found) => resolve(file.path, (found[1] ?? found[2]) as string))
}

/** A path inside src, or the bare specifier of a package. */
function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? relative(root, join(root, dirname(from), specifier)) : specifier
}

const isOurs = (specifier: string) => specifier.endsWith('.ts')
const layerOf = (path: string) => layers.indexOf(path.split('/')[0] as string)

test('there are sources, and each is in a known layer', () => {
  assert.ok(files.length > 0)
  assert.deepEqual(
    files.map((file) => file.path).filter((path) => layerOf(path) < 0),
    [],
  )
})

test('a layer imports only what stands above it', () => {
  const wrong = files.flatMap(({ path, imports }) =>
    imports
      .filter((to) => isOurs(to) && layerOf(to) > layerOf(path) && !isAgreed(path, to))
      .map((to) => `${path} -> ${to}`),
  )
  assert.deepEqual(wrong, [])
})

test('only pipeline, server and the commands read the configuration', () => {
  const readers = files.filter((file) => file.imports.some((to) => to.startsWith('config/'))).map((file) => file.path)
  assert.deepEqual(
    readers.filter((path) => !/^(config|pipeline|server|command)\/|^cli\.ts$/.test(path)),
    [],
  )
})

test('what a registry lists is imported by nobody else in its folder', () => {
  const wrong = files
    .filter((file) => file.path.endsWith('/registry.ts'))
    .flatMap((registry) => {
      const folder = dirname(registry.path)
      const contract = `${folder}/${folder.split('/').at(-1)}.ts`
      const plugins = registry.imports.filter((to) => to.startsWith(`${folder}/`) && to !== contract)
      const siblings = files.filter((file) => file !== registry && file.path.startsWith(`${folder}/`))
      return siblings.flatMap(({ path, imports }) =>
        imports.filter((to) => plugins.includes(to)).map((to) => `${path} -> ${to}`),
      )
    })
  assert.deepEqual(wrong, [])
})

test('clock, randomness, process and console are touched only at the edge', () => {
  const code = (text: string) => text.replace(/^\s*(\/\/|\/?\*).*$/gm, '')
  const wrong = files.filter((file) => !mayBeImpure.test(file.path) && impure.test(code(file.text)))
  assert.deepEqual(
    wrong.map((file) => file.path),
    [],
  )
})

test('each third-party package is imported in one file', () => {
  const importers = new Map<string, string[]>()
  for (const { path, imports } of files) {
    for (const name of new Set(imports.filter((to) => !isOurs(to) && !to.startsWith('node:')))) {
      importers.set(name, [...(importers.get(name) ?? []), path])
    }
  }
  assert.deepEqual(
    [...importers].filter(([, paths]) => paths.length > 1),
    [],
  )
})

test(`no source has more than ${mostLines} lines`, () => {
  const long = files.filter((file) => file.text.split('\n').length - 1 > mostLines)
  assert.deepEqual(
    long.map((file) => file.path),
    [],
  )
})
