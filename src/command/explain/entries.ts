import { exitCodeEntries } from './exit-codes.ts'
import { glossary } from './glossary.ts'
import { methodEntries } from './methods.ts'

/** One explained word: a few paragraphs for an analyst. */
export interface Entry {
  readonly name: string
  readonly kind: string
  readonly aliases?: readonly string[]
  readonly about: readonly string[]
}

/** Everything `explain` knows: the glossary, and what the formats and the score say of themselves. */
export async function allEntries(): Promise<readonly Entry[]> {
  const [{ formats }, { bonuses, scoreTerms }, { dnsTerms }, { caseEntries }] = await Promise.all([
    import('../../format/registry.ts'),
    import('../../detect/judge/terms.ts'),
    import('../../detect/dns/terms.ts'),
    import('./cases.ts'),
  ])
  return [
    ...glossary,
    ...methodEntries,
    ...[...scoreTerms, ...dnsTerms].map(({ name, ratio, about }) => ({
      name,
      kind: 'score term',
      about: [about, weight(ratio)],
    })),
    ...Object.entries(bonuses).map(([name, { nats, about }]) => ({
      name,
      kind: 'score term',
      about: [
        about,
        `Added once per source: at most +${nats} nats, less than any threshold, so that it never decides alone.`,
      ],
    })),
    ...formats.map(({ id, title, about }) => ({ name: id, kind: 'log format', about: [`${title}.`, about] })),
    ...caseEntries,
    ...exitCodeEntries,
  ]
}

function weight(ratio: number): string {
  const nats = Math.log(ratio)
  const sign = nats < 0 ? '' : '+'
  return `Each such contact is ${ratio} times as likely from a scanner as from an ordinary client: ${sign}${nats.toFixed(2)} nats for a scanner that probes nothing else.`
}

/** Every entry of that name or alias, whatever its case; `tcp_syn` and `TCP SYN` find `tcp-syn`. */
export function find(entries: readonly Entry[], word: string): readonly Entry[] {
  const key = normal(word)
  return entries.filter(({ name, aliases = [] }) => [name, ...aliases].some((known) => normal(known) === key))
}

function normal(word: string): string {
  return word.toLowerCase().replace(/[\s_-]+/g, '-')
}
