import { Problem } from '../../../base/problem.ts'
import { anything, type Match } from '../../match.ts'
import { type Chain, type Hook, hooks, NotUnderstoodTally, type Rule, type Ruleset, shortened } from '../../ruleset.ts'
import { four, six } from '../fragments.ts'
import { matchText } from './render.ts'
import { type Built, buildRule, type Site } from './statement.ts'
import { elementsOf, type Json, listOf, objectOf, onlyEntry } from './values.ts'

type Fields = { readonly [name: string]: Json }

const families: Readonly<Record<string, readonly [seen: Match, numbers: readonly (4 | 6)[]]>> = {
  ip: [four, [4]],
  ip6: [six, [6]],
  inet: [anything, [4, 6]],
}
/** Ways to match that the text of a rule names. */
const mostSaid = 4
const unreliable = { timeout: 'a set whose elements run out', dynamic: 'a set that rules fill' } as const

/**
 * The ruleset that a list of nft's objects makes: `[{"table": …}, {"chain": …}, {"rule": …}]`, libnftables-json(5).
 * @param lineOf text and line of a rule; the text is empty where there is none
 * @throws Problem `ruleset` where there is no chain in it
 */
export function rulesetOfObjects(
  objects: readonly Json[],
  name: string,
  language: string,
  lineOf: (rule: Fields) => { readonly text: string; readonly line?: number },
): Ruleset {
  const tally = new NotUnderstoodTally()
  const reader = new Objects(objects)
  const rules = new Map<string, Rule[]>()
  for (const fields of reader.of('rule')) {
    const chain = keyOf(fields, fields['chain'])
    const family = families[String(fields['family'])]
    const list = rules.get(chain) ?? []
    rules.set(chain, list)
    if (family === undefined) continue
    const rule = ruleOf(fields, list.length + 1, family[0], reader, lineOf(fields))
    for (const part of rule.notUnderstood) tally.add(`${part}, in: ${rule.text}`)
    list.push(rule)
  }
  const chains = reader
    .of('chain')
    .flatMap((fields) => chainOf(fields, rules.get(keyOf(fields, fields['name'])) ?? [], tally))
  if (chains.length === 0) throw new Problem('ruleset', `${name} has no chain of nft that filters IP`)
  return {
    name,
    language,
    chains: new Map(chains.map((chain) => [chain.key, chain])),
    outside: reader.masqueraded(),
    notUnderstood: tally.result,
    notes: [],
  }
}

function ruleOf(
  fields: Fields,
  index: number,
  family: Match,
  reader: Objects,
  { text, line }: { readonly text: string; readonly line?: number },
): Rule {
  const built = buildRule(listOf(fields['expr']), family, reader.siteOf(fields))
  const handle = fields['handle']
  return {
    chain: keyOf(fields, fields['chain']),
    index,
    ...(line !== undefined && { line }),
    ...(typeof handle === 'number' && { handle }),
    branches: built.branches,
    text: shortened(text === '' ? describe(built, fields) : text),
    comment: typeof fields['comment'] === 'string' ? shortened(fields['comment']) : '',
    labels: built.labels,
    ...(built.packets !== undefined && { packets: built.packets }),
    notUnderstood: built.notUnderstood,
  }
}

/** What a rule says, where it has no text of its own. */
function describe({ branches, notUnderstood }: Built, fields: Fields): string {
  const said = branches.slice(0, mostSaid).map(({ match, action }) => {
    const text = matchText(match)
    const target =
      action.kind === 'jump' || action.kind === 'goto' ? ` ${(JSON.parse(action.chain) as string[])[2]}` : ''
    return text === undefined ? undefined : `${text} ${action.kind}${target}`.trim()
  })
  if (notUnderstood.length > 0 || said.includes(undefined) || said.length === 0)
    return JSON.stringify(fields['expr'] ?? null)
  return `${said.join(' | ')}${branches.length > mostSaid ? ' | …' : ''}`
}

function chainOf(fields: Fields, rules: readonly Rule[], tally: NotUnderstoodTally): readonly Chain[] {
  const family = String(fields['family'])
  const known = families[family]
  const { type, hook, prio, policy } = fields
  if (known === undefined || (hook !== undefined && !(hooks as readonly unknown[]).includes(hook))) {
    tally.add(
      `the chain ${String(fields['name'])} of family ${family}${hook === undefined ? '' : `, hook ${String(hook)}`}`,
    )
    return []
  }
  const base = hook !== undefined && {
    hook: hook as Hook,
    priority: typeof prio === 'number' ? prio : 0,
    policy: policy === 'drop' ? ('drop' as const) : ('accept' as const),
    isNat: type === 'nat',
    families: known[1],
  }
  const key = keyOf(fields, fields['name'])
  return [{ key, name: String(fields['name']), table: String(fields['table']), family, rules, ...(base && { base }) }]
}

function keyOf(fields: Fields, chain: Json | undefined): string {
  return JSON.stringify([fields['family'], fields['table'], chain])
}

/** The objects of a ruleset by kind, and what rules refer to. */
class Objects {
  readonly #byKind = new Map<string, Fields[]>()
  readonly #sets = new Map<string, Fields>()
  readonly #counters = new Map<string, number>()
  readonly #filled = new Set<string>()

  constructor(objects: readonly Json[]) {
    for (const object of objects) {
      // A list may stand in commands: `{"add": {"rule": …}}`.
      const [kind, value] = inner(object) ?? ['', null]
      const fields = objectOf(value)
      if (fields === undefined) continue
      const list = this.#byKind.get(kind) ?? []
      this.#byKind.set(kind, list)
      list.push(fields)
      if (kind === 'set' || kind === 'map') this.#addSet(fields)
      if (kind === 'element') this.#addElements(fields)
      if (kind === 'counter') this.#counters.set(keyOf(fields, fields['name']), Number(fields['packets'] ?? 0))
      if (kind === 'rule') this.#noteFilled(fields)
    }
  }

  of(kind: string): readonly Fields[] {
    return this.#byKind.get(kind) ?? []
  }

  siteOf(rule: Fields): Site {
    return {
      set: (name) => this.#elements(keyOf(rule, name)),
      counter: (name) => this.#counters.get(keyOf(rule, name)),
      chain: (name) => keyOf(rule, name),
    }
  }

  /** Interfaces behind which addresses are hidden: they face the world. */
  masqueraded(): readonly string[] {
    const names = this.of('rule').flatMap((rule) => {
      const expressions = listOf(rule['expr'])
      if (
        !expressions.some((one) => objectOf(one)?.['masquerade'] !== undefined || objectOf(one)?.['snat'] !== undefined)
      )
        return []
      return expressions.flatMap((one) => {
        const match = objectOf(objectOf(one)?.['match'])
        const key = objectOf(objectOf(match?.['left'])?.['meta'])?.['key']
        const right = match?.['right']
        return (key === 'oifname' || key === 'oif') && match?.['op'] === '==' && typeof right === 'string'
          ? [right]
          : []
      })
    })
    return [...new Set(names)]
  }

  #addSet(fields: Fields): void {
    this.#sets.set(keyOf(fields, fields['name']), fields)
  }

  #addElements(fields: Fields): void {
    const key = keyOf(fields, fields['name'])
    const set = this.#sets.get(key)
    if (set) this.#sets.set(key, { ...set, elem: [...listOf(set['elem']), ...listOf(fields['elem'])] })
  }

  #noteFilled(rule: Fields): void {
    for (const one of listOf(rule['expr'])) {
      const update = objectOf(objectOf(one)?.['set'])
      const set = update?.['set']
      if (typeof set === 'string') this.#filled.add(keyOf(rule, set.replace(/^@/, '')))
    }
  }

  #elements(key: string): readonly Json[] | string | undefined {
    const set = this.#sets.get(key)
    if (set === undefined) return undefined
    const flags = listOf(set['flags'])
    if (flags.includes('timeout')) return unreliable.timeout
    if (flags.includes('dynamic') || this.#filled.has(key)) return unreliable.dynamic
    return elementsOf(set['elem'])
  }
}

function inner(object: Json): readonly [string, Json] | undefined {
  const entry = onlyEntry(object)
  return entry?.[0] === 'add' || entry?.[0] === 'insert' || entry?.[0] === 'create' ? onlyEntry(entry[1]) : entry
}
