import { parseAddress } from '../../../base/address.ts'
import { addressNumber } from '../../address-span.ts'
import type { Match } from '../../match.ts'
import type { Action, Branch } from '../../ruleset.ts'
import { type Condition, notUnderstoodIn, withCondition } from '../fragments.ts'
import { compare, fieldOf, flagBits, flagTests } from './condition.ts'
import { elementsOf, type Json, listOf, objectOf, onlyEntry } from './values.ts'

/** What stands around a rule. */
export interface Site {
  /** Elements of a named set of its table; undefined where there is none, a text where its content is not to be relied on. */
  set(name: string): readonly Json[] | string | undefined
  /** Packets of a named counter. */
  counter(name: string): number | undefined
  /** Key of a chain of its table. */
  chain(name: string): string
}

/** What becomes of the statements of one rule. */
export interface Built {
  readonly branches: readonly Branch[]
  readonly labels: readonly string[]
  readonly packets: number | undefined
  readonly notUnderstood: readonly string[]
}

/** Statements that change or note something and let the packet go on. */
const harmless: ReadonlySet<string> = new Set(['mangle', 'notrack', 'comment', 'secmark', 'flow'])

/** Puts the statements of one rule (`expr` of nft's JSON) together. @param family what the chain sees at all */
export function buildRule(expressions: readonly Json[], family: Match, site: Site): Built {
  let alternatives: readonly Match[] = [family]
  const labels: string[] = []
  let packets: number | undefined
  let branches: readonly Branch[] | undefined
  const add = (condition: Condition) => {
    alternatives = withCondition(alternatives, condition)
  }
  for (const expression of expressions) {
    const [name, value] = onlyEntry(expression) ?? ['?', null]
    if (branches !== undefined) break
    if (name === 'match') add(matchCondition(value, site))
    else if (name === 'counter')
      packets = typeof value === 'string' ? site.counter(value) : numberIn(objectOf(value)?.['packets'])
    else if (name === 'log') labels.push(String(objectOf(value)?.['prefix'] ?? '').trim())
    else if (name === 'vmap') branches = vmapBranches(value, alternatives, site)
    else if (isSetUpdate(name, value) || harmless.has(name)) continue
    else {
      const action = actionOf(name, value, site)
      if (action === undefined) add(`the statement ${name}`)
      else branches = alternatives.map((match) => ({ match, action }))
    }
  }
  branches ??= alternatives.map((match) => ({ match, action: { kind: 'continue' } }))
  return { branches, labels: labels.filter((label) => label !== ''), packets, notUnderstood: notUnderstoodIn(branches) }
}

function numberIn(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** `add @seen { ip saddr }`: it is no condition. (`{"set": [...]}` as a value never stands alone.) */
function isSetUpdate(name: string, value: Json): boolean {
  return name === 'set' && objectOf(value)?.['op'] !== undefined && objectOf(value)?.['stmt'] === undefined
}

function matchCondition(value: Json, site: Site): Condition {
  const { op, left, right } = objectOf(value) ?? {}
  if (typeof op !== 'string' || left === undefined || right === undefined) return 'a match'
  const named = resolved(right, site)
  if (typeof named === 'string') return named
  const masked = objectOf(left)?.['&']
  if (masked !== undefined) {
    const [field, mask] = [fieldOf(listOf(masked)[0] as Json), flagBits(listOf(masked)[1] as Json)]
    if (field?.kind !== 'flags' || mask === undefined) return 'a masked value'
    const tests = flagTests({ mask }, op, named.value)
    return typeof tests === 'string' ? tests : tests.map((match) => ({ ...match, protocols: field.implied.protocols }))
  }
  const concat = objectOf(left)?.['concat']
  if (concat !== undefined) {
    if (op !== '==') return 'several fields compared at once'
    return eachOf(elementsOf(objectOf(named.value)?.['set'] ?? [named.value]), (element) =>
      concatCondition(concat, element),
    )
  }
  const field = fieldOf(left)
  return field === undefined ? leftText(left) : compare(field, op, named.value)
}

/** What could not be read of a left side, in the words of nft. */
function leftText(left: Json): string {
  const [name, inner] = onlyEntry(left) ?? ['a value', null]
  const key = objectOf(inner)?.['key'] ?? objectOf(inner)?.['field']
  return typeof key === 'string' ? `${name} ${key}` : name
}

/** The value with the elements of a named set in its place; a text where that set cannot be relied on. */
function resolved(right: Json, site: Site): { readonly value: Json } | string {
  if (typeof right !== 'string' || !right.startsWith('@')) return { value: right }
  const elements = site.set(right.slice(1))
  if (elements === undefined) return 'a set that is not there'
  return typeof elements === 'string' ? elements : { value: { set: elements } }
}

function eachOf(elements: readonly Json[], condition: (element: Json) => Condition): Condition {
  const found: Match[] = []
  for (const element of elements) {
    const one = condition(element)
    if (typeof one === 'string') return one
    for (const match of one) found.push(match)
  }
  return found
}

/** `ip saddr . tcp dport` against one element: each part against its part. */
function concatCondition(fields: Json, element: Json): Condition {
  const parts = listOf(objectOf(element)?.['concat'])
  const lefts = listOf(fields)
  if (parts.length !== lefts.length || parts.length === 0) return 'several fields compared at once'
  let all: readonly Match[] | undefined
  for (const [i, left] of lefts.entries()) {
    const field = fieldOf(left)
    const condition = field === undefined ? leftText(left) : compare(field, '==', parts[i] as Json)
    if (typeof condition === 'string') return condition
    all = all === undefined ? condition : withCondition(all, condition)
  }
  return all ?? 'several fields compared at once'
}

/** A map of verdicts: each element is a way to match with an action of its own. */
function vmapBranches(value: Json, alternatives: readonly Match[], site: Site): readonly Branch[] {
  const { key, data } = objectOf(value) ?? {}
  const whole = (text: string): readonly Branch[] =>
    withCondition(alternatives, text).map((match) => ({ match, action: { kind: 'unknown', text } }))
  const elements = typeof data === 'string' ? site.set(data.slice(1)) : listOf(objectOf(data)?.['set'])
  if (key === undefined || elements === undefined) return whole('a map of verdicts')
  if (typeof elements === 'string') return whole(elements)
  return elements.flatMap((pair): readonly Branch[] => {
    const [wanted, verdict] = [listOf(pair)[0], onlyEntry(listOf(pair)[1] as Json)]
    const element = wanted === undefined ? undefined : (elementsOf([wanted])[0] as Json)
    const action = verdict && actionOf(verdict[0], verdict[1], site)
    if (element === undefined || action === undefined) return whole('an element of a map of verdicts')
    const condition = keyCondition(key, element)
    if (typeof condition === 'string') return whole(condition)
    return withCondition(alternatives, condition).map((match) => ({ match, action }))
  })
}

function keyCondition(key: Json, element: Json): Condition {
  const concat = objectOf(key)?.['concat']
  if (concat !== undefined) return concatCondition(concat, element)
  const field = fieldOf(key)
  return field === undefined ? leftText(key) : compare(field, '==', element)
}

/** The verdict or the translation that a statement is; undefined where it is none. */
function actionOf(name: string, value: Json, site: Site): Action | undefined {
  switch (name) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'return':
    case 'continue':
      return { kind: name }
    case 'jump':
    case 'goto':
      return { kind: name, chain: site.chain(String(objectOf(value)?.['target'])) }
    case 'redirect':
    case 'dnat':
      return translation(value)
    // What they change is behind the decision.
    case 'snat':
    case 'masquerade':
      return { kind: 'accept' }
    case 'queue':
    case 'tproxy':
    case 'synproxy':
    case 'xt':
      return { kind: 'unknown', text: `the statement ${name}` }
    default:
      return undefined
  }
}

function translation(value: Json): Action {
  const { addr, port } = objectOf(value) ?? {}
  const address = typeof addr === 'string' ? parseAddress(addr) : undefined
  if ((addr !== undefined && !address) || (port !== undefined && typeof port !== 'number'))
    return { kind: 'unknown', text: 'a translation to one of several' }
  return { kind: 'translate', target: address && addressNumber(address), port: port as number | undefined }
}
