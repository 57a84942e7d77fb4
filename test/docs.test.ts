/** The documents tell what the code does: examples run, links lead somewhere, words are the code's own. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, test } from 'node:test'
import analyze from '../src/command/analyze.ts'
import { exitCodeEntries } from '../src/command/explain/exit-codes.ts'
import { glossary } from '../src/command/explain/glossary.ts'
import { methodEntries } from '../src/command/explain/methods.ts'
import { dnsTerms } from '../src/detect/dns/terms.ts'
import { methods } from '../src/detect/finding.ts'
import { bonuses, scoreTerms } from '../src/detect/judge/terms.ts'
import { columnNames, Mark } from '../src/event/batch.ts'
import { Text } from '../src/event/texts.ts'
import { formats } from '../src/format/registry.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const documents = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })].sort()
const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-docs-'))
after(() => rmSync(temporary, { recursive: true }))
symlinkSync(join(root, 'bin/sweepwatch'), join(temporary, 'sweepwatch'))

interface Example {
  readonly document: string
  readonly command: string
  /** What it prints; a line `…` stands for any lines. */
  readonly lines: readonly string[]
  readonly status: number
}

/** The commands of fenced `console` blocks; `$ echo $?` after one tells its exit code, which is else 0. */
function examplesOf(document: string): Example[] {
  const blocks = [...read(document).matchAll(/^```console\n([\s\S]*?)^```$/gm)].map((found) => found[1] as string)
  return blocks.flatMap((block) => {
    const said = block.split(/^\$ /m).slice(1)
    return said.flatMap((text, index) => {
      const [command = '', ...lines] = text.trimEnd().split('\n')
      if (command === 'echo $?') return []
      const next = said[index + 1] ?? ''
      return [{ document, command, lines, status: next.startsWith('echo $?') ? Number(next.split('\n')[1]) : 0 }]
    })
  })
}

const examples = documents.flatMap(examplesOf)

test('the documents have examples', () => assert.ok(examples.length >= 5))

for (const { document, command, lines, status } of examples) {
  test(`${document}: $ ${command}`, () => {
    const { PATH = '' } = process.env
    const env = { ...process.env, PATH: `${temporary}${delimiter}${PATH}`, LC_ALL: 'C.UTF-8' }
    const result = spawnSync('sh', ['-c', command], { cwd: root, env, encoding: 'utf8' })
    assert.equal(result.status, status, result.stderr)
    assert.match(result.stdout, new RegExp(patternOf(lines)))
  })
}

/** The lines as shown, with any lines where `…` stands. */
function patternOf(lines: readonly string[]): string {
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const parts = lines.map((line) => (line === '…' ? '(?:.*\\n)*?' : `${literal(line)} *\\n`))
  return `^${parts.join('')}`
}

test('every link to a file of ours leads to one', () => {
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map((found) => found[1] as string)
      .filter((to) => !existsSync(join(root, dirname(document), to)))
      .map((to) => `${document} -> ${to}`),
  )
  assert.deepEqual(dead, [])
})

test('every path of ours that is named exists', () => {
  const named = /`((?:src|test|bench|scripts|docs|fixtures)\/[\w./-]*\w\/?)`/g
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(named)]
      .map((found) => found[1] as string)
      .filter((path) => !/\bID\b/.test(path) && !existsSync(join(root, path)))
      .map((path) => `${document}: ${path}`),
  )
  assert.deepEqual(dead, [])
})

/** The rows of the tables under a heading, up to the next heading: the code words of the first cell, and the second cell. */
function rowsUnder(document: string, heading: string): { names: readonly string[]; second: string }[] {
  const section = read(document)
    .split(`\n${heading}\n`)[1]
    ?.split(/\n##+ /)[0]
  assert.ok(section !== undefined, `${document} has no section ${heading}`)
  return [...section.matchAll(/^\| (`.*?) \|([^|]*)\|/gm)].map((row) => ({
    names: [...(row[1] as string).matchAll(/`([^`]+)`/g)].map((found) => found[1] as string),
    second: (row[2] as string).trim(),
  }))
}

const namesUnder = (document: string, heading: string) => rowsUnder(document, heading).flatMap(({ names }) => names)

test('docs/output.md has every score term with its ratio, and every bonus with its nats', () => {
  const documented = rowsUnder('docs/output.md', '### Score terms').map(({ names, second }) => [names[0], second])
  const terms = scoreTerms.map(({ name, ratio }) => [name, String(ratio)])
  const paid = Object.entries(bonuses).map(([name, { nats }]) => [name, String(nats)])
  assert.deepEqual(documented, [...terms, ...paid])
})

test('docs/output.md has every score term of the name service with its ratio', () => {
  const documented = rowsUnder('docs/output.md', '### Score terms of the name service').map(({ names, second }) => [
    names[0],
    second,
  ])
  assert.deepEqual(
    documented,
    dnsTerms.map(({ name, ratio }) => [name, String(ratio)]),
  )
})

test('methods are documented, explained and real', () => {
  const section = read('docs/output.md').split('\n### Methods\n')[1]?.split('\n### ')[0] ?? ''
  const documented = [...section.matchAll(/`([^`]+)`/g)].map((found) => found[1] as string)
  assert.deepEqual(documented.sort(), [...methods].sort())
  const explained = methodEntries.map(({ name }) => name.replace(/ method$/, ''))
  assert.deepEqual(explained.sort(), [...methods].sort())
})

test('exit codes are documented alike in README.md, docs/output.md and explain', () => {
  const codes = exitCodeEntries.map(({ name }) => name)
  for (const document of ['README.md', 'docs/output.md']) {
    const documented = [...read(document).matchAll(/^\| (\d+(?:, \d+)*) \|/gm)].flatMap((row) =>
      (row[1] as string).split(', '),
    )
    assert.deepEqual(documented, codes, document)
  }
})

test('docs/formats.md lists the formats', () => {
  const documented = namesUnder('docs/formats.md', '## The list')
  assert.deepEqual(
    documented,
    formats.map(({ id }) => id),
  )
})

/** Names of the fields of an interface in a source, without those of objects inside it. */
function fieldsOf(source: string, name: string): string[] {
  const body = new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(read(source))?.[1]
  assert.ok(body !== undefined, `${source} has no interface ${name}`)
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((found) => found[1] as string)
}

for (const [heading, type] of [
  ['## `scan`', 'Scan'],
  ['### `score`', 'Score'],
  ['## `undecided`', 'Undecided'],
  ['## `backscatter`', 'Backscatter'],
  ['## `uncommon`', 'Uncommon'],
  ['## `summary`', 'Summary'],
] as const) {
  test(`docs/output.md has the fields of ${type}, and no others`, () => {
    const documented = rowsUnder('docs/output.md', heading).flatMap(({ names }) => names)
    assert.deepEqual(documented.sort(), fieldsOf('src/detect/finding.ts', type).sort())
  })
}

test('docs/events.md has the fields of an event record, and every column', () => {
  const documented = namesUnder('docs/events.md', '## Fields of `sweepwatch events`')
  const parts = new Set(['signature', 'signatureId', 'category', 'query', 'queryType', 'rcode', 'answer'])
  const texts = Object.keys(Text).filter((name) => !parts.has(name))
  const fields = new Set([...fieldsOf('src/event/record.ts', 'EventRecord'), ...texts])
  assert.deepEqual(documented.sort(), [...fields].sort())
  const columns = namesUnder('docs/events.md', '## Columns')
  assert.deepEqual(columns.sort(), columnNames.filter((name) => !/^(src|dst|via)[12]$/.test(name)).sort())
})

test('docs/events.md explains every mark', () => {
  const text = read('docs/events.md')
  assert.deepEqual(
    Object.keys(Mark).filter((name) => !text.includes(`\`${name}\``)),
    [],
  )
})

test('README.md has the options of analyze', () => {
  const documented = namesUnder('README.md', '## Your own files').filter((name) => name.startsWith('--'))
  const options = analyze.options.map(({ flags }) => flags.replace(/[<>]/g, ''))
  assert.deepEqual(documented.sort(), [...options, '--no-color'].sort())
})

test('every score term of the documents is one', () => {
  const said = [...read('ARCHITECTURE.md').matchAll(/become `([a-z ]+)`/g)].map((found) => found[1] as string)
  const names = scoreTerms.map(({ name }): string => name)
  assert.ok(said.length > 0 && said.every((name) => names.includes(name)), said.join())
})

test('every field of a scan is explained', () => {
  const known = glossary.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const missing = fieldsOf('src/detect/finding.ts', 'Scan').filter((name) => name !== 'type' && !known.includes(name))
  assert.deepEqual(missing, [])
})

test('what the glossary calls a field is one of a finding', () => {
  const fields = new Set(
    ['Scan', 'Undecided', 'Backscatter', 'Uncommon', 'Summary'].flatMap((type) =>
      fieldsOf('src/detect/finding.ts', type),
    ),
  )
  const inside = new Set(['coverage'])
  const unknown = glossary.filter(({ kind, name }) => kind === 'field' && !fields.has(name) && !inside.has(name))
  assert.deepEqual(
    unknown.map(({ name }) => name),
    [],
  )
})
