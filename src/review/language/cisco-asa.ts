import { parseAddress } from '../../base/address.ts'
import { Problem } from '../../base/problem.ts'
import { addressNumber } from '../address-span.ts'
import { anything } from '../match.ts'
import { type Base, type Branch, type Chain, NotUnderstoodTally, type Rule, type Ruleset } from '../ruleset.ts'
import { amount } from '../spans.ts'
import { type Configuration, type Interface, readConfiguration } from './asa/configuration.ts'
import { entryOf, isInactive } from './asa/entry.ts'
import { managementRule } from './asa/management.ts'
import { replaceAsa } from './asa/render.ts'
import type { Language } from './language.ts'

export default {
  id: 'cisco-asa',
  title: 'Cisco ASA',
  about:
    'a configuration (`show running-config`): access lists, objects and groups, access groups, interfaces, access to the device itself, static ' +
    'translation of an object; not: other translation, access by user or security group. Cisco ASA Series command reference',
  sniff: (text) => /^(access-list \S+ (line \d+ )?(extended|remark) |: Saved|ASA Version )/m.test(text),
  parse(text, name) {
    const tally = new NotUnderstoodTally()
    const configuration = readConfiguration(text, tally)
    const chains = [
      ...listChains(configuration, tally),
      ...boundChains(configuration),
      managementChain(configuration, tally),
      translationChain(configuration, tally),
    ]
    if (configuration.lists.length === 0 && configuration.management.length === 0)
      throw new Problem('ruleset', `${name} has no access list of an ASA`)
    return {
      name,
      language: 'cisco-asa',
      chains: new Map(chains.map((chain) => [chain.key, chain])),
      outside: outsideOf(configuration.interfaces),
      notUnderstood: tally.result,
      notes: notesOf(configuration),
    } satisfies Ruleset
  },
  replace: replaceAsa,
} satisfies Language

const base = (changes: Partial<Base>): Base => ({
  hook: 'forward',
  priority: 0,
  policy: 'drop',
  isNat: false,
  families: [4, 6],
  ...changes,
})

const plain = { table: '', family: '' }

/** Each access list; it ends with a denial that is not written. */
function listChains({ lists, lookup }: Configuration, tally: NotUnderstoodTally): readonly Chain[] {
  const chains = new Map<string, Chain & { readonly rules: Rule[] }>()
  for (const { list, line, text, remark } of lists) {
    if (isInactive(text)) continue
    const chain = chains.get(list) ?? { ...plain, key: `list ${list}`, name: list, rules: [] }
    chains.set(list, chain)
    const rule = entryOf(text, lookup, { chain: chain.key, index: chain.rules.length + 1, line, remark })
    if (rule) chain.rules.push(rule)
    else tally.add(`line ${line}: ${text}`)
    for (const part of rule?.notUnderstood ?? []) tally.add(`line ${line}: ${part}`)
  }
  return [...chains.values()]
}

/**
 * Which list is asked: that of the interface over which a packet comes in, then the one of all interfaces, then the one over which it
 * goes out. Without any, what comes from a less trusted interface is denied.
 */
function boundChains({ groups }: Configuration): readonly Chain[] {
  const incoming = groups.filter(({ direction }) => direction === 'in')
  const isGlobal = incoming.some((group) => group.interface === undefined)
  const bound = incoming.toSorted((a, b) => Number(a.interface === undefined) - Number(b.interface === undefined))
  const entering = bound.map(({ list, interface: name }, at): Rule => {
    const kind = name !== undefined && isGlobal ? 'jump' : 'goto'
    return binding(
      'in',
      at + 1,
      [{ match: nameMatch('incoming', name), action: { kind, chain: `list ${list}` } }],
      list,
    )
  })
  const leaving = groups
    .filter(({ direction }) => direction === 'out')
    .map(({ list, interface: name }, at): Rule => {
      const match = nameMatch('outgoing', name)
      const deny: Branch = { match, action: { kind: 'drop' } }
      return binding('out', at + 1, [{ match, action: { kind: 'jump', chain: `list ${list}` } }, deny], list)
    })
  const chains: Chain[] = [{ ...plain, key: 'in', name: 'access groups', rules: entering, base: base({}) }]
  if (leaving.length > 0)
    chains.push({
      ...plain,
      key: 'out',
      name: 'access groups out',
      rules: leaving,
      base: base({ priority: 1, policy: 'accept' }),
    })
  return chains
}

function nameMatch(which: 'incoming' | 'outgoing', name: string | undefined) {
  return name === undefined ? anything : { ...anything, [which]: { names: [name], isNegated: false } }
}

function binding(chain: string, index: number, branches: readonly Branch[], list: string): Rule {
  return { chain, index, branches, text: `access-group ${list}`, comment: '', labels: [], notUnderstood: [] }
}

function managementChain({ management }: Configuration, tally: NotUnderstoodTally): Chain {
  const rules: Rule[] = []
  for (const { line, text } of management) {
    const rule = managementRule(text, { chain: 'management', index: rules.length + 1, line })
    if (rule) rules.push(rule)
    else tally.add(`line ${line}: ${text}`)
  }
  return { ...plain, key: 'management', name: 'access to the device', rules, base: base({ hook: 'input' }) }
}

/** Static translation of one address: a packet to the mapped address goes to the real one, which the lists name (8.3 and later). */
function translationChain({ objectNat, lookup }: Configuration, tally: NotUnderstoodTally): Chain {
  const rules: Rule[] = []
  for (const { line, object, text } of objectNat) {
    const mapped = /^nat \(\S+\) static (\S+)(?: service (tcp|udp) (\d+) (\d+))?$/.exec(text)
    const real = lookup.network(object)
    const address = mapped && parseAddress(mapped[1] as string)
    const to = address ? addressNumber(address) : mapped && lookup.network(mapped[1] as string)?.[0]?.[0]
    if (!mapped || to === null || to === undefined || real === undefined || amount(real) !== 1) {
      tally.add(`line ${line}: ${text}`)
      continue
    }
    const port = mapped[3] === undefined ? undefined : { real: Number(mapped[3]), mapped: Number(mapped[4]) }
    const match = {
      ...anything,
      targets: [[to, to] as const],
      ...(port && {
        protocols: [mapped[2] === 'tcp' ? ([6, 6] as const) : ([17, 17] as const)],
        targetPorts: [[port.mapped, port.mapped] as const],
      }),
    }
    const action = { kind: 'translate', target: real[0]?.[0], port: port?.real } as const
    rules.push({
      chain: 'nat',
      index: rules.length + 1,
      line,
      branches: [{ match, action }],
      text,
      comment: '',
      labels: [],
      notUnderstood: [],
    })
  }
  const nat = base({ hook: 'prerouting', priority: -100, policy: 'accept', isNat: true })
  return { ...plain, key: 'nat', name: 'nat', rules, base: nat }
}

/** The least trusted interfaces. */
function outsideOf(interfaces: readonly Interface[]): readonly string[] {
  const lowest = Math.min(...interfaces.map(({ level }) => level))
  return interfaces.filter(({ level }) => level === lowest).map(({ name }) => name)
}

function notesOf({ groups, lists }: Configuration): readonly string[] {
  const bound = new Set(groups.map(({ list }) => list))
  const loose = [...new Set(lists.map(({ list }) => list))].filter((list) => !bound.has(list))
  return loose.length === 0
    ? []
    : [`Bound to no interface, and therefore not looked at: ${loose.slice(0, 8).join(', ')}.`]
}
