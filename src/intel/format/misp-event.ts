import type { KnownActor } from '../intel.ts'
import { actorNamed, knownActor } from '../known-actors.ts'
import { keptText, textsOf } from '../list/entry.ts'
import type { ListBuilder } from '../list/list-builder.ts'
import { itemsOf, type ListFormat, membersOf, timeOf } from './format.ts'

/** The members of events, attributes, tags and clusters that are read; nothing is known of their types. */
interface Members {
  readonly Event?: unknown
  readonly response?: unknown
  readonly Attribute?: unknown
  readonly Object?: unknown
  readonly Galaxy?: unknown
  readonly GalaxyCluster?: unknown
  readonly Tag?: unknown
  readonly meta?: unknown
  readonly external_id?: unknown
  readonly synonyms?: unknown
  readonly info?: unknown
  readonly date?: unknown
  readonly timestamp?: unknown
  readonly first_seen?: unknown
  readonly last_seen?: unknown
  readonly type?: unknown
  readonly value?: unknown
  readonly name?: unknown
  readonly to_ids?: unknown
  readonly deleted?: unknown
}

const members = (value: unknown): Members => membersOf(value)

/** What stands in the value of each type: `192.0.2.1|443`, `example.org|192.0.2.1`. */
const addressTypes: Readonly<Record<string, number>> = {
  'ip-src': 0,
  'ip-dst': 0,
  'ip-src|port': 0,
  'ip-dst|port': 0,
  'domain|ip': 1,
}

/** Galaxies whose clusters are groups, and those whose are malware. */
const groupGalaxies = /(?:^|-)(?:threat-actor|intrusion-set|activity-group|campaign)s?$/
const malwareGalaxies = /(?:^|-)(?:malware|malpedia|botnet|ransomware|rat|stealer|banker|backdoor|tool)$/
const galaxyTag = /^misp-galaxy:([\w-]+)="(.+)"$/
/** The taxonomy `misp:confidence-level`. */
const confidences: Readonly<Record<string, number>> = {
  'completely-confident': 1,
  'usually-confident': 0.75,
  'fairly-confident': 0.5,
  'rarely-confident': 0.25,
}

/** What tags and galaxies tell of an event or an attribute. */
interface Told {
  readonly actor: KnownActor | null
  readonly name: string | undefined
  readonly confidence: number
}

export default {
  id: 'misp-event',
  title: 'MISP events: {"Event": …}, a list of them, or the answer of its search',
  recognise: ({ json }) => (eventsOf(json).length > 0 ? 1 : 0),
  read({ json }, into) {
    const events = eventsOf(json)
    const dates = events.map((event) => timeOf(event.timestamp) ?? timeOf(event.date) ?? 0)
    into.header = {
      name: events.length === 1 ? keptText(events[0]?.info) : undefined,
      means: 'malicious',
      date: dates.reduce((latest, date) => Math.max(latest, date), 0) || undefined,
    }
    for (const [place, event] of events.entries()) readEvent(event, `event ${place + 1}`, into)
  },
} satisfies ListFormat

function eventsOf(json: unknown): Members[] {
  const response = members(json).response ?? json
  return (Array.isArray(response) ? response : [response])
    .map((each) => members(each).Event)
    .filter((event): event is Members => event !== null && typeof event === 'object' && !Array.isArray(event))
}

function readEvent(event: Members, place: string, into: ListBuilder): void {
  const ofEvent = told(event)
  const objects = itemsOf(event.Object).flatMap((object) => itemsOf(members(object).Attribute))
  const attributes = [...itemsOf(event.Attribute), ...objects]
  for (const [k, item] of attributes.entries()) {
    const attribute = members(item)
    const { type, value } = attribute
    const part = typeof type === 'string' ? addressTypes[type] : undefined
    // Without `to_ids` it is context: the victim, a relay, what the sample asked for its own address.
    if (part === undefined || attribute.to_ids === false || attribute.deleted === true) {
      into.passedOver++
      continue
    }
    const own = told(attribute)
    const name = own.name ?? ofEvent.name
    into.add(String(value ?? '').split('|')[part] ?? '', `${place}, attribute ${k + 1}`, {
      name,
      actor: own.actor ?? ofEvent.actor ?? knownActor(name),
      confidence: own.confidence || ofEvent.confidence,
      firstSeen: timeOf(attribute.first_seen),
      lastSeen: timeOf(attribute.last_seen) ?? timeOf(attribute.timestamp),
    })
  }
}

function told(item: Members): Told {
  let actor: KnownActor | null = null
  let name: string | undefined
  let confidence = 0
  const take = (galaxy: string, value: string, aliases: readonly string[] = [], id: string | null = null) => {
    if (groupGalaxies.test(galaxy)) actor ??= actorNamed(value, aliases, id)
    else if (malwareGalaxies.test(galaxy)) name ??= value
  }
  for (const galaxy of itemsOf(item.Galaxy).slice(0, 100)) {
    for (const each of itemsOf(members(galaxy).GalaxyCluster).slice(0, 100)) {
      const cluster = members(each)
      const meta = members(cluster.meta)
      const value = keptText(cluster.value)
      const [id] = textsOf(meta.external_id)
      if (value !== undefined) take(String(cluster.type), value, textsOf(meta.synonyms), id ?? null)
    }
  }
  for (const tag of itemsOf(item.Tag).slice(0, 200)) {
    const text = keptText(members(tag).name) ?? ''
    const [, galaxy, value] = galaxyTag.exec(text) ?? []
    if (galaxy !== undefined && value !== undefined) take(galaxy, value)
    confidence ||= confidences[/^misp:confidence-level="([\w-]+)"$/.exec(text)?.[1] ?? ''] ?? 0
  }
  return { actor, name, confidence }
}
