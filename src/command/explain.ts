import { Problem } from '../base/problem.ts'
import { type Look, paint } from '../report/look.ts'
import { paragraph } from '../report/text/layout.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'
import type { Entry } from './explain/entries.ts'
import { nearest } from './nearest.ts'

export default {
  id: 'explain',
  about:
    'Explain a word of the reports, a score term, a log format or an exit code; without a word, list what is explained.',
  examples: [
    { line: 'sweepwatch explain spoofable', about: 'what a field means and what would change it' },
    { line: "sweepwatch explain 'dark address'", about: 'a term of the score' },
    { line: 'sweepwatch explain 4', about: 'an exit code' },
  ],
  argument: { name: '[WORD...]', about: 'a field, term, method, order, format or exit code' },
  options: [],
  async run({ words, terminal }) {
    const { allEntries, find } = await import('./explain/entries.ts')
    const entries = await allEntries()
    const word = words.join(' ')
    if (word === '') {
      terminal.out(contents(entries, terminal.outLook))
      return ExitCode.done
    }
    const found = find(entries, word)
    if (found.length === 0) throw unknown(word, entries)
    terminal.out(`${found.map((entry) => explained(entry, terminal.outLook)).join('\n\n')}\n`)
    return ExitCode.done
  },
} satisfies CommandSpec

function unknown(word: string, entries: readonly Entry[]): Problem {
  const meant = nearest(
    word,
    entries.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  )
  const hint = meant ? `Did you mean \`sweepwatch explain ${meant}\`?` : '`sweepwatch explain` lists every word.'
  return new Problem('no-such-word', `nothing is known about "${word}"`, { hint })
}

function explained({ name, kind, about }: Entry, look: Look): string {
  const title = `${paint(look, 'bold', name)} ${paint(look, 'dim', `(${kind})`)}`
  return `${title}\n\n${about.map((text) => paragraph(text, look, '  ')).join('\n\n')}`
}

function contents(entries: readonly Entry[], look: Look): string {
  const kinds = [...new Set(entries.map(({ kind }) => kind))]
  const sections = kinds.map((kind) => {
    const names = entries.filter((entry) => entry.kind === kind).map(({ name }) => name)
    return `${paint(look, 'bold', `${kind}:`)}\n${paragraph(names.join(', '), look, '  ')}`
  })
  return `${sections.join('\n\n')}\n\n\`sweepwatch explain WORD\` says more.\n`
}
