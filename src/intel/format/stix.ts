import type { IntelMeaning } from '../intel.ts'
import { keptText } from '../list/entry.ts'
import type { ListBuilder } from '../list/list-builder.ts'
import { addressesIn } from '../stix/pattern.ts'
import { type StixObject, StixRelations } from '../stix/relations.ts'
import { itemsOf, type ListFormat, membersOf, timeOf } from './format.ts'

/** The vocabulary of indicator types (STIX 2.1, 10.7); bundles of 2.0 say the same in their labels. */
const typeMeanings: Readonly<Record<string, IntelMeaning>> = {
  'malicious-activity': 'malicious',
  attribution: 'malicious',
  compromised: 'malicious',
  'anomalous-activity': 'scanner',
  anonymization: 'vpn',
  benign: 'benign',
}

export default {
  id: 'stix',
  title:
    'STIX 2.1 (and 2.0) bundle, or objects as TAXII delivers them: indicators of addresses, and whom they point at',
  recognise({ json }) {
    const { type, objects, more } = membersOf(json)
    if (!Array.isArray(objects)) return 0
    const isStix = objects.some((each) => /^[a-z0-9-]+--./.test(String((membersOf(each) as StixObject).id)))
    return type === 'bundle' || typeof more === 'boolean' || isStix ? 1 : 0
  },
  read({ json }, into) {
    const objects = latestOf(itemsOf((membersOf(json) as { objects?: unknown }).objects), into)
    const relations = new StixRelations(objects.values())
    let latest = 0
    for (const object of objects.values()) {
      latest = Math.max(latest, timeOf(object.modified) ?? 0)
      if (object.type === 'indicator') readIndicator(object, relations, into)
    }
    // An indicator is a pattern of suspicious or malicious activity (STIX 2.1, 4.7) where it does not say otherwise.
    into.header = { means: 'malicious', date: latest || undefined }
  },
} satisfies ListFormat

/** Each object once: its latest version. */
function latestOf(items: readonly unknown[], into: ListBuilder): ReadonlyMap<string, StixObject> {
  const latest = new Map<string, StixObject>()
  for (const [place, item] of items.entries()) {
    const object: StixObject = membersOf(item)
    const { id } = object
    if (typeof id !== 'string') {
      into.damage(`object ${place + 1}`, 'no id')
      continue
    }
    const known = latest.get(id)
    if (known === undefined || (timeOf(known.modified) ?? 0) <= (timeOf(object.modified) ?? 0)) {
      latest.set(id, object)
    }
  }
  return latest
}

function readIndicator(indicator: StixObject, relations: StixRelations, into: ListBuilder): void {
  const id = String(indicator.id).slice(0, 80)
  const { pattern, pattern_type: language = 'stix', confidence, revoked, valid_from, valid_until, modified } = indicator
  if (typeof pattern !== 'string') {
    into.damage(id, 'an indicator without a pattern')
    return
  }
  const addresses = language === 'stix' ? addressesIn(pattern) : undefined
  if (addresses === undefined || revoked === true || confidence === 0) {
    into.passedOver++
    return
  }
  const from = timeOf(valid_from)
  const { name, actor } = relations.of(String(indicator.id))
  for (const address of addresses) {
    into.add(address, id, {
      name: name ?? keptText(indicator.name),
      actor,
      means: meaningOf(indicator),
      confidence: typeof confidence === 'number' && confidence > 0 ? Math.min(100, confidence) / 100 : 0,
      firstSeen: from,
      lastSeen: Math.max(from ?? 0, timeOf(modified) ?? 0),
      validUntil: timeOf(valid_until),
    })
  }
}

function meaningOf(indicator: StixObject): IntelMeaning | undefined {
  const words = [...itemsOf(indicator.indicator_types), ...itemsOf(indicator.labels)].slice(0, 50)
  const plain = words.filter((word) => typeof word === 'string').map((word) => word.toLowerCase())
  if (plain.includes('tor') || plain.includes('tor-exit')) return 'tor'
  if (plain.includes('scanner')) return 'scanner'
  return plain.map((word) => typeMeanings[word]).find((meaning) => meaning !== undefined)
}
