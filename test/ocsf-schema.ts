/**
 * Holds documents against the Open Cybersecurity Schema Framework, whose source is no JSON Schema but a dictionary of attributes,
 * objects and classes that inherit (`extends`), take in profiles (`$include`) and refine attributes. What is checked: unknown and
 * missing attributes, profiles that are not named, types with their patterns and ranges, arrays, enumerations, captions beside
 * ids, `at_least_one` and `just_one`, deprecated attributes, and the numbers that follow from category, class and activity.
 */
import { join } from 'node:path'
import { type Json, jsonFiles, schemas } from './export-options.ts'

interface Kind {
  readonly attributes: ReadonlyMap<string, Json>
  readonly constraints: Json
}

export class OcsfSchema {
  readonly version: string
  readonly #dictionary: Json
  readonly #objects = new Map<string, Json>()
  readonly #classes = new Map<string, Json>()
  readonly #files: ReadonlyMap<string, Json>
  readonly #categories: Json
  readonly #observables = new Map<string, string>([
    ['0', 'Unknown'],
    ['99', 'Other'],
  ])
  readonly #resolved = new Map<string, Kind>()

  constructor() {
    this.#files = jsonFiles(join(schemas, 'ocsf'))
    this.#dictionary = this.#files.get('dictionary.json')
    this.#categories = this.#files.get('categories.json').attributes
    this.version = this.#files.get('version.json').version
    for (const [name, file] of this.#files) {
      if (name.startsWith('objects/')) this.#objects.set(file.name, file)
      if (name.startsWith('events/')) this.#classes.set(file.name, file)
    }
    const types = Object.values(this.#dictionary.types.attributes)
    for (const type of [...types, ...this.#objects.values()] as Json[]) {
      if (type.observable !== undefined) this.#observables.set(String(type.observable), type.caption)
    }
  }

  /** What is wrong with an event of a class, one line an error. */
  check(document: Json, className: string): readonly string[] {
    const errors: string[] = []
    const profiles = new Set<string>(document?.metadata?.profiles ?? [])
    this.#checkObject(document, this.#kind(className, this.#classes), '', profiles, errors)
    const { category, uid } = this.#inherited(className)
    const classId = this.#categories[category].uid * 1000 + uid
    const expected = [
      ['category_uid', this.#categories[category].uid],
      ['class_uid', classId],
      ['type_uid', classId * 100 + document.activity_id],
    ]
    for (const [name, value] of expected)
      if (document[name] !== value) errors.push(`${name}: ${document[name]} is not ${value}`)
    if (document?.metadata?.version !== this.version) errors.push(`metadata.version is not ${this.version}`)
    return errors
  }

  #inherited(className: string): { category: string; uid: number } {
    const chain = this.#chain(className, this.#classes)
    return { category: chain.find(({ category }) => category !== undefined).category, uid: chain[0].uid }
  }

  /** A kind and what it extends, itself first. */
  #chain(name: string, among: ReadonlyMap<string, Json>): Json[] {
    const chain: Json[] = []
    for (let at: string | undefined = name; at !== undefined; at = chain.at(-1).extends) {
      const file = among.get(at)
      if (!file) throw new Error(`the schema has no ${at}`)
      chain.push(file)
    }
    return chain
  }

  #kind(name: string, among: ReadonlyMap<string, Json>): Kind {
    const key = `${among === this.#classes ? 'class' : 'object'} ${name}`
    const known = this.#resolved.get(key)
    if (known) return known
    const attributes = new Map<string, Json>()
    const chain = this.#chain(name, among)
    for (const file of chain.toReversed()) {
      for (const included of file.attributes?.$include ?? []) this.#include(included, attributes)
      for (const [attribute, own] of Object.entries(file.attributes ?? {}) as [string, Json][]) {
        if (attribute !== '$include') attributes.set(attribute, merged(attributes.get(attribute), own))
      }
    }
    for (const [attribute, own] of attributes)
      attributes.set(attribute, merged(this.#dictionary.attributes[attribute], own))
    // The schema's compiler fills in which numbers these have; `check` reckons them.
    for (const name of ['category_uid', 'class_uid']) {
      const own = attributes.get(name)
      if (own) attributes.set(name, { ...own, enum: undefined })
    }
    const constraints = chain.find((file) => file.constraints !== undefined)?.constraints ?? {}
    const kind = { attributes, constraints }
    this.#resolved.set(key, kind)
    return kind
  }

  #include(path: string, attributes: Map<string, Json>): void {
    const profile = this.#files.get(path)
    if (!profile) throw new Error(`the schema has no ${path}`)
    for (const [attribute, own] of Object.entries(profile.attributes ?? {}) as [string, Json][]) {
      if (!attribute.startsWith('$'))
        attributes.set(attribute, merged(attributes.get(attribute), { ...own, profile: profile.name }))
    }
  }

  #checkObject(value: Json, kind: Kind, path: string, profiles: ReadonlySet<string>, errors: string[]): void {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      return void errors.push(`${path || 'document'}: is no object`)
    for (const [name, member] of Object.entries(value)) {
      const attribute = kind.attributes.get(name)
      const at = path === '' ? name : `${path}.${name}`
      if (attribute === undefined) errors.push(`${at}: unknown attribute`)
      else if (typeof attribute.profile === 'string' && !profiles.has(attribute.profile))
        errors.push(`${at}: profile ${attribute.profile} is not named`)
      else if (attribute['@deprecated'] !== undefined) errors.push(`${at}: deprecated`)
      else this.#checkAttribute(member, attribute, at, profiles, errors)
    }
    for (const [name, attribute] of kind.attributes) {
      const applies = typeof attribute.profile !== 'string' || profiles.has(attribute.profile)
      if (attribute.requirement === 'required' && applies && value[name] === undefined)
        errors.push(`${path}.${name}: required`)
      this.#checkSibling(value, name, attribute, path, errors)
    }
    const present = (names: readonly string[]) => names.filter((name) => value[name] !== undefined).length
    const { at_least_one: least, just_one: just } = kind.constraints
    if (least && present(least) === 0) errors.push(`${path}: needs at least one of ${least}`)
    if (just && present(just) !== 1) errors.push(`${path}: needs just one of ${just}`)
  }

  /** A caption beside an id says what the id's caption says, except for "Other". */
  #checkSibling(value: Json, name: string, attribute: Json, path: string, errors: string[]): void {
    const caption = attribute.enum?.[String(value[name])]?.caption
    const said = value[attribute.sibling]
    if (caption === undefined || said === undefined || String(value[name]) === '99') return
    if (said !== caption && name !== 'type_id')
      errors.push(`${path}.${attribute.sibling}: «${said}» is not «${caption}»`)
  }

  #checkAttribute(value: Json, attribute: Json, path: string, profiles: ReadonlySet<string>, errors: string[]): void {
    if (attribute.is_array === true) {
      if (!Array.isArray(value)) return void errors.push(`${path}: is no array`)
      for (const [i, item] of value.entries()) this.#checkOne(item, attribute, `${path}[${i}]`, profiles, errors)
    } else if (Array.isArray(value) && attribute.type !== 'json_t') errors.push(`${path}: is an array`)
    else this.#checkOne(value, attribute, path, profiles, errors)
  }

  #checkOne(value: Json, attribute: Json, path: string, profiles: ReadonlySet<string>, errors: string[]): void {
    const { type } = attribute
    if (this.#objects.has(type)) {
      const kind = this.#kind(type, this.#objects)
      // The bare `object` has no attributes: anything goes.
      if (kind.attributes.size > 0) this.#checkObject(value, kind, path, profiles, errors)
      else if (value === null || typeof value !== 'object') errors.push(`${path}: is no object`)
      return
    }
    const error = this.#primitiveError(value, type)
    if (error !== undefined) errors.push(`${path}: ${error}`)
    if (attribute.enum !== undefined && !this.#isEnumerated(value, attribute, path))
      errors.push(`${path}: ${value} is not in the enumeration`)
  }

  #isEnumerated(value: Json, { enum: values }: Json, path: string): boolean {
    if (/^observables\[\d+\]\.type_id$/.test(path)) return this.#observables.has(String(value))
    return Object.hasOwn(values, String(value))
  }

  #primitiveError(value: Json, type: string): string | undefined {
    const definition = this.#dictionary.types.attributes[type]
    if (definition === undefined) return `the schema has no type ${type}`
    const base = definition.type ?? type
    const isOf: Readonly<Record<string, (value: Json) => boolean>> = {
      boolean_t: (item) => typeof item === 'boolean',
      integer_t: (item) => Number.isInteger(item),
      long_t: (item) => Number.isSafeInteger(item),
      float_t: (item) => typeof item === 'number' && Number.isFinite(item),
      string_t: (item) => typeof item === 'string',
      json_t: () => true,
    }
    if (!isOf[base]) return `the schema has no base type ${base}`
    if (!isOf[base](value)) return `${JSON.stringify(value)?.slice(0, 60)} is no ${type}`
    if (definition.regex && !new RegExp(definition.regex).test(value))
      return `${JSON.stringify(value).slice(0, 60)} does not match ${type}`
    if (definition.max_len && value.length > definition.max_len) return `is longer than ${definition.max_len}`
    if (definition.range && (value < definition.range[0] || value > definition.range[1]))
      return `${value} is out of range`
    return undefined
  }
}

/** A refined attribute: what it says stands over what it refines; enumerations are joined. */
function merged(base: Json, own: Json): Json {
  if (base === undefined) return own
  const values = base.enum || own.enum ? { enum: { ...base.enum, ...own.enum } } : {}
  return { ...base, ...own, ...values }
}
