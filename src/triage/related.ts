import { isoTime } from '../base/time.ts'
import type { Contact, Notable } from '../case/activity/activity.ts'
import type { Related } from '../case/case.ts'
import type { Judged } from './facts.ts'

/** Lines told of one case. */
const mostRelated = 256
const mostHosts = 64
const mostSources = 64
/** Other events of touched hosts count as overlapping when they are this close to the case. Microseconds. */
const near = 3600e6

/**
 * Lines of every log that concern the case, with why (requirements A3, A5): what else the sources did, what others said of them,
 * and what happened on the touched systems meanwhile. Oldest first.
 */
export function relatedTo(facts: Judged): Related[] {
  const found = new Map<string, Related>()
  const add = (related: Related) => {
    const { source, offset } = related.evidence
    const key = `${source} ${offset}`
    if (!found.has(key)) found.set(key, related)
  }
  const actors = [...facts.sources, ...facts.accomplices.map(({ source }) => source)].slice(0, mostSources)
  for (const actor of actors) {
    for (const notable of facts.activity.notables(actor, 'src')) add(ofNotable(notable, whyActor(notable, actor)))
    for (const notable of facts.activity.notables(actor, 'dst'))
      add(ofNotable(notable, `it is about ${actor}, a source of the case`))
  }
  for (const host of touchedHosts(facts)) {
    for (const notable of facts.activity.notables(host, 'dst').filter(isNear(facts))) {
      add(ofNotable(notable, `it happened on ${host}, which answered the scan, about that time`))
    }
    const talked = facts.activity.contacts(
      host,
      'src',
      ({ at, established, data, replyData }) => established && (data || replyData) && at >= facts.first,
    )
    for (const contact of talked) add(ofContact(contact, `${host}, which answered the scan, opened it afterwards`))
  }
  return [...found.values()].sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : 0)).slice(0, mostRelated)
}

function touchedHosts({ scans, signs }: Judged): string[] {
  const hosts = new Set(signs.map(({ host }) => host))
  for (const { open } of scans) for (const { address } of open) hosts.add(address)
  return [...hosts].slice(0, mostHosts)
}

function isNear({ first, last }: Judged): (notable: Notable) => boolean {
  return (notable) => notable.last >= first - near && notable.at <= last + near
}

function whyActor(notable: Notable, actor: string): string {
  if (notable.kind === 'alert') return `an alert about ${actor}, a source of the case`
  if (notable.kind === 'canary') return `${actor} touched a honeypot as well`
  if (notable.kind === 'auth') return `${actor} tried to log in`
  return `${actor}, a source of the case, did this as well`
}

function ofNotable(notable: Notable, why: string): Related {
  const { kind, at, last, src, dst, port, count, pointer, texts } = notable
  const words = [
    kind === 'auth' ? (notable.succeeded ? 'login succeeded' : 'login failed') : '',
    texts.signature ?? '',
    texts.signatureId ?? '',
    texts.httpMethod ?? '',
    texts.uri ?? '',
    texts.user === undefined ? '' : `user ${texts.user}`,
    texts.clientBanner ?? '',
    texts.userAgent ?? '',
  ]
  const text = words.filter((word) => word !== '').join(' ')
  return {
    at: isoTime(at),
    last: isoTime(last),
    kind,
    src,
    dst,
    port: port === 0 ? null : port,
    count,
    text: text === '' ? kind : text,
    why,
    evidence: { ...pointer, shows: kind },
  }
}

function ofContact(contact: Contact, why: string): Related {
  const { at, last, src, dst, port, protocol, repeats, pointer } = contact
  return {
    at: isoTime(at),
    last: isoTime(last),
    kind: 'contact',
    src,
    dst,
    port,
    count: repeats + 1,
    text: `${protocol}/${port}, ${Math.round(contact.bytesOut)} bytes out, ${Math.round(contact.bytesIn)} in`,
    why,
    evidence: { ...pointer, shows: 'the first contact' },
  }
}
