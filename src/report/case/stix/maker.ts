import { identityUuid } from '../identity.ts'
import { caseUuid } from '../uuid.ts'
import type { StixObject } from './object.ts'

/** TLP 1 markings as STIX 2.1 section 7.2.1.4 defines them: those for others are green, those with our addresses amber. */
const markings = {
  green: { id: 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da', name: 'TLP:GREEN' },
  amber: { id: 'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82', name: 'TLP:AMBER' },
} as const

/** What the objects of a bundle are about. */
export interface Subject {
  /** Of the case, or of what else it is. */
  readonly id: string
  /** Times with three digits. */
  readonly created: string
  readonly modified: string
  /** The organisation that tells it. */
  readonly organisation: string
  /** Our own addresses are in it. */
  readonly internal: boolean
}

export interface Maker {
  (type: string, part: string, properties: object): StixObject
  readonly identity: StixObject
}

/** Makes objects that name the subject's times and its maker. With our addresses in it an object is another one, with another id. */
export function maker({ id, created, modified, organisation, internal }: Subject): Maker {
  const identity: StixObject = {
    type: 'identity',
    spec_version: '2.1',
    id: `identity--${identityUuid(organisation)}`,
    created: '2026-01-01T00:00:00.000Z',
    modified: '2026-01-01T00:00:00.000Z',
    name: organisation,
    identity_class: 'organization',
  }
  const make = (type: string, part: string, properties: object): StixObject => ({
    type,
    spec_version: '2.1',
    id: `${type}--${caseUuid(type, id, internal ? `${part} internal` : part)}`,
    created_by_ref: identity.id,
    created,
    modified,
    object_marking_refs: [markings[internal ? 'amber' : 'green'].id],
    ...properties,
  })
  return Object.assign(make, { identity })
}

export function markingOf({ internal }: { readonly internal: boolean }): StixObject {
  const colour = internal ? 'amber' : 'green'
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: markings[colour].id,
    created: '2017-01-20T00:00:00.000Z',
    definition_type: 'tlp',
    name: markings[colour].name,
    definition: { tlp: colour },
  }
}

/** @param part tells it from other relations of that kind and source */
export function relation(make: Maker, from: StixObject, kind: string, to: StixObject, part = ''): StixObject {
  const ends = { source_ref: from.id, target_ref: to.id }
  return make('relationship', `${from.id} ${kind}${part}`, { relationship_type: kind, ...ends })
}
