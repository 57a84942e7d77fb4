import { uuid5 } from '../uuid.ts'

/** An object of a STIX 2.1 bundle. */
export interface StixObject {
  readonly type: string
  readonly id: string
  readonly [property: string]: unknown
}

/** The name space for cyber-observable objects (STIX 2.1 section 2.9). */
const observables = '00abedb4-aa42-466c-9c01-fed23315a9b7'

/**
 * A cyber-observable object with its deterministic id: UUIDv5 over the properties that contribute to it, as canonical JSON (RFC 8785;
 * for strings, integers and lists of strings that is JSON with sorted keys).
 * @param contributing those properties of the type's table in the specification that are present
 */
export function observable(
  type: string,
  contributing: Readonly<Record<string, unknown>>,
  further: object = {},
): StixObject {
  const known = Object.entries(contributing).filter(([, value]) => value !== undefined)
  const sorted = Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)))
  const id = `${type}--${uuid5(observables, JSON.stringify(sorted))}`
  return { type, spec_version: '2.1', id, ...Object.fromEntries(known), ...further }
}

/** Every object once, in the order of first sight. */
export function unique(objects: readonly StixObject[]): readonly StixObject[] {
  return [...new Map(objects.map((object) => [object.id, object])).values()]
}
