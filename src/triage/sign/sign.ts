import { isoTime } from '../../base/time.ts'
import type { Contact, Notable } from '../../case/activity/activity.ts'
import type { Evidence, Sign } from '../../case/case.ts'
import type { Pointer } from '../../event/pointer.ts'
import type { Facts } from '../facts.ts'

/** What the signs are looked for in: the facts, and the systems whose ports answered. */
export interface Scene extends Facts {
  /** Our hosts that answered, with the ports that did. */
  readonly answered: ReadonlyMap<string, ReadonlySet<number>>
  /** Sources of the scans, and the services (`192.0.2.10 80`) that any scan found: the first connection between them was a probe. */
  readonly scanners: ReadonlySet<string>
  readonly found: ReadonlySet<string>
  /** Sources and accomplices. */
  readonly named: ReadonlySet<string>
  /** The same with their neighbours, of whom it is less sure that they belong to it. */
  readonly actors: ReadonlySet<string>
}

/** One kind of thing that may follow a scan. `find` is bounded by what the activity keeps. */
export interface SignSource {
  readonly id: string
  find(scene: Scene): Sign[]
}

/** How often two ends were connected, and the record it began with, without the scan's own probe. */
export function beyondProbe(scene: Scene, contact: Contact): { readonly count: number; readonly begins: Pointer } {
  const { src, dst, port, repeats, pointer, again } = contact
  const isProbe = scene.scanners.has(src) && scene.found.has(`${dst} ${port}`)
  // One connection alone was the probe, and went on to more.
  return isProbe && again !== undefined ? { count: repeats, begins: again } : { count: repeats + 1, begins: pointer }
}

/** A sign from a contact. Where the first connection was a probe, it begins with the second. */
export function contactSign(
  scene: Scene,
  kind: Sign['kind'],
  contact: Contact,
  host: string,
  rest: { readonly confidence: number; readonly text: string; readonly shows: string },
): Sign {
  const { count, begins } = beyondProbe(scene, contact)
  return {
    kind,
    host,
    peer: contact.src === host ? contact.dst : contact.src,
    port: contact.port,
    first: begins.at ?? isoTime(contact.at),
    last: isoTime(contact.last),
    count,
    bytesOut: contact.src === host ? contact.bytesOut : contact.bytesIn,
    bytesIn: contact.src === host ? contact.bytesIn : contact.bytesOut,
    confidence: rest.confidence,
    text: rest.text,
    evidence: [{ ...begins, shows: rest.shows }],
  }
}

/** A sign from what a log told beside contacts. */
export function notableSign(
  kind: Sign['kind'],
  notable: Notable,
  host: string,
  rest: { readonly confidence: number; readonly text: string; readonly shows: string },
): Sign {
  return {
    kind,
    host,
    peer: notable.src,
    port: notable.port === 0 ? null : notable.port,
    first: isoTime(notable.at),
    last: isoTime(notable.last),
    count: notable.count,
    bytesOut: 0,
    bytesIn: 0,
    confidence: rest.confidence,
    text: rest.text,
    evidence: [{ ...notable.pointer, shows: rest.shows } satisfies Evidence],
  }
}

/** The host that a record is about: its destination, else the machine it names, by its address where the inventory has one. */
export function hostOf({ inventory }: Facts, notable: Notable): string {
  if (notable.dst !== null) return notable.dst
  const name = notable.texts.host || notable.device
  const asset = inventory?.hosts.find((each) => each.name?.toLowerCase() === name.toLowerCase())
  return asset?.network.replace(/\/\d+$/, '') ?? (name || 'a host that the log does not name')
}
