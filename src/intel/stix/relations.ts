import { itemsOf, membersOf } from '../format/format.ts'
import type { KnownActor } from '../intel.ts'
import { actorNamed, knownActor } from '../known-actors.ts'
import { keptText, textsOf } from '../list/entry.ts'

/** The members of STIX objects that are read; nothing is known of their types. */
export interface StixObject {
  readonly id?: unknown
  readonly type?: unknown
  readonly name?: unknown
  readonly modified?: unknown
  readonly revoked?: unknown
  readonly aliases?: unknown
  readonly external_references?: unknown
  readonly relationship_type?: unknown
  readonly source_ref?: unknown
  readonly target_ref?: unknown
  readonly pattern?: unknown
  readonly pattern_type?: unknown
  readonly confidence?: unknown
  readonly valid_from?: unknown
  readonly valid_until?: unknown
  readonly indicator_types?: unknown
  readonly labels?: unknown
}

/** Kinds of objects that are actors, the most telling first: a group, who is said to be behind it, what it once did. */
const actorTypes = ['intrusion-set', 'threat-actor', 'campaign'] as const
/** How far from an indicator an actor may stand: indicates a campaign, which is attributed to a group. */
const mostSteps = 3
const mostNamed = 64

/** Whom or what indicators point at, by the relationships of a bundle. */
export class StixRelations {
  readonly #objects = new Map<string, StixObject>()
  /** What each object indicates, or is attributed to. */
  readonly #leads = new Map<string, string[]>()

  /** @param objects the latest version of each */
  constructor(objects: Iterable<StixObject>) {
    for (const object of objects) {
      const { id, type, source_ref: from, target_ref: to, relationship_type: kind } = object
      if (typeof id !== 'string') continue
      if (type !== 'relationship') this.#objects.set(id, object)
      else if (typeof from === 'string' && typeof to === 'string' && object.revoked !== true) {
        // That a group uses a malware does not make all who run it that group: `uses` leads nowhere.
        if (kind === 'indicates' || kind === 'attributed-to') {
          const leads = this.#leads.get(from)
          if (leads === undefined) this.#leads.set(from, [to])
          else if (leads.length < mostNamed) leads.push(to)
        }
      }
    }
  }

  /** The malware and the actor that an indicator leads to. */
  of(indicator: string): { readonly name: string | undefined; readonly actor: KnownActor | null } {
    const reached = this.#reached(indicator)
    const malware = reached.find(({ type }) => type === 'malware' || type === 'infrastructure' || type === 'tool')
    const group = actorTypes
      .map((type) => reached.find((object) => object.type === type))
      .find((object) => object !== undefined)
    const name = keptText(malware?.name)
    if (group) return { name, actor: actorOf(group) }
    return { name, actor: malware ? knownActor(name, attackIdOf(malware), ...aliasesOf(malware)) : null }
  }

  #reached(indicator: string): StixObject[] {
    const seen = new Set<string>([indicator])
    let edge: readonly string[] = [indicator]
    for (let step = 0; step < mostSteps; step++) {
      edge = edge.flatMap((id) => this.#leads.get(id) ?? []).filter((id) => !seen.has(id))
      for (const id of edge.slice(0, mostNamed)) seen.add(id)
    }
    return [...seen].flatMap((id) => this.#objects.get(id) ?? []).filter(({ revoked }) => revoked !== true)
  }
}

function actorOf(group: StixObject): KnownActor {
  return actorNamed(keptText(group.name) ?? 'unnamed', aliasesOf(group), attackIdOf(group))
}

function aliasesOf(object: StixObject): string[] {
  return textsOf(object.aliases)
}

/** ATT&CK's id among the references. */
function attackIdOf(object: StixObject): string | null {
  for (const each of itemsOf(object.external_references).slice(0, 100)) {
    const { source_name: source, external_id: id } = membersOf(each)
    if (typeof id === 'string' && typeof source === 'string' && source.startsWith('mitre-')) return id
  }
  return null
}
