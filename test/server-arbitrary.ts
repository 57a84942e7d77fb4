import fc from 'fast-check'
import type { Operation, Parameter, Schema } from './server-operations.ts'

/** What fits a JSON Schema, as far as the API's schemas use the language. */
function fitting(schema: Schema, definitions: Schema, depth = 0): fc.Arbitrary<unknown> {
  const inner = (each: Schema) => fitting(each, definitions, depth + 1)
  if (schema === true || depth > 8) return fc.constant(null)
  if (schema.$ref !== undefined) return inner(definitions[schema.$ref.split('/').at(-1)] ?? {})
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map(inner))
  if (schema.allOf !== undefined) return inner(Object.assign({}, ...schema.allOf))
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type: string) => inner({ ...schema, type })))
  switch (schema.type) {
    case 'string':
      return texts(schema)
    case 'integer':
      return fc.integer({ min: bound(schema, -1), max: bound(schema, 1) })
    case 'number':
      return fc.double({ min: bound(schema, -1), max: bound(schema, 1), noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(inner(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      })
    case 'object':
      return objects(schema, inner)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function bound({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema, side: -1 | 1): number {
  const given = side < 0 ? (minimum ?? exclusiveMinimum + 1) : (maximum ?? exclusiveMaximum - 1)
  return Math.max(-1e9, Math.min(1e9, Number.isFinite(given) ? given : side * 1e6))
}

function objects(schema: Schema, inner: (schema: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema
  const named = fc.record(Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, inner(each)])), {
    requiredKeys: required,
  })
  if (typeof additionalProperties !== 'object') return named
  return fc
    .tuple(named, fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), inner(additionalProperties), { maxKeys: 3 }))
    .map(([one, other]) => ({ ...other, ...one }))
}

const moments = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString())
const addresses = fc.constantFrom('192.0.2.1', '203.0.113.70', '2001:db8::1', '198.51.100.0/24')

function texts({ minLength = 0, maxLength = 40, pattern, format }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return moments
  if (format === 'date') return moments.map((at) => at.slice(0, 10))
  if (format === 'uuid') return fc.uuid()
  if (format === 'uri') return fc.webUrl()
  if (pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(pattern))
    } catch {
      // fast-check writes no text for look-ahead.
    }
  }
  const size = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) }
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength
  const likely = fc.oneof(addresses, moments, fc.constantFrom('masscan', 'because', '1', '0')).filter(fits)
  const free = fc.string({ ...size, unit: 'grapheme' }).filter(fits)
  return maxLength < 40 || minLength > 20 ? free : fc.oneof(likely, free)
}

/** What people and machines send to break things. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    1e308,
    '',
    ' ',
    '\u0000',
    '../../../../etc/passwd',
    "' OR 1=1 --",
    '<script>alert(1)</script>',
    '=HYPERLINK("http://198.51.100.1")',
    '\u202e\u2066txt.exe',
    '\ud800',
    '{"$ne": null}',
    '%00%ff',
    'a'.repeat(10_000),
    [],
    {},
    [[[[[[]]]]]],
    { constructor: { prototype: { polluted: true } } },
    { toString: 1, valueOf: null, length: 1e9 },
  ),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A request as text: path, query and body of an operation. */
export interface Sent {
  readonly path: string
  readonly body: unknown
}

/** Under which names values that fit a parameter were found in answers: its own, and the collection that it chooses from. */
export function namesOf(path: string, name: string): readonly string[] {
  const collection = path.split(`/{${name}}`)[0]?.split('/').at(-1) ?? ''
  return name === 'id' ? [collection] : [name, collection]
}

/** @param known values that stand in answers: ids by the collection they are of, others by the names they had there */
export function requestsOf(
  { path, parameters, body }: Operation,
  definitions: Schema,
  known: ReadonlyMap<string, readonly unknown[]>,
  wild: boolean,
): fc.Arbitrary<Sent> {
  const value = ({ name, schema }: Parameter): fc.Arbitrary<unknown> => {
    const seen = namesOf(path, name).flatMap((each) => known.get(each) ?? [])
    const fits = fitting(schema, definitions)
    const right =
      seen.length === 0
        ? fits
        : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...seen) }, { weight: 1, arbitrary: fits })
    return wild ? fc.oneof(right, hostile) : right
  }
  const of = (place: 'path' | 'query') => {
    const there = parameters.filter((each) => each.in === place)
    const requiredKeys = there.filter((each) => each.required && (!wild || place === 'path')).map(({ name }) => name)
    return fc.record(Object.fromEntries(there.map((each) => [each.name, value(each)])), { requiredKeys })
  }
  const bodies =
    body === undefined ? fc.constant(undefined) : body === null ? fc.string() : bodiesOf(body, definitions, wild)
  return fc.record({ path: of('path'), query: of('query'), body: bodies }).map((made) => ({
    path: `${fill(path, made.path)}${queryOf(made.query)}`,
    body: made.body,
  }))
}

function bodiesOf(schema: Schema, definitions: Schema, wild: boolean): fc.Arbitrary<unknown> {
  const right = fitting(schema, definitions)
  if (!wild) return right
  const names = Object.keys(schema.properties ?? { any: {} })
  const spoilt = fc.tuple(right, fc.constantFrom(...names), hostile).map(([body, name, wrong]) => ({
    ...(body as object),
    [name]: wrong,
  }))
  return fc.oneof(spoilt, hostile)
}

function fill(path: string, values: Readonly<Record<string, unknown>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => written(values[name]) || '-')
}

function queryOf(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((each) => `${written(name)}=${written(each)}`),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Percent-encoded; what is no text that UTF-8 can hold becomes one that is wrong on the wire. */
function written(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}
