import { ascii, equals, find } from '../../base/ascii.ts'
import { PairFields } from '../../base/pair-scan.ts'
import { Cef, Head, isCefOf } from '../../framing/cef.ts'
import { isLeefOf, Leef } from '../../framing/leef.ts'
import { Log } from './csv.ts'
import { Common, type Fields, Threat, Traffic } from './fields.ts'

/** The forms with names, CEF and LEEF: their fields are put where the comma-separated form has them. hot: no allocation per event. */

const vendor = ascii('Palo Alto Networks')
const trafficWord = ascii('TRAFFIC')
const threatWord = ascii('THREAT')

/** A key, and the fields that it stands for in a traffic log and in a threat log (0: in none). */
type Place = readonly [key: string, traffic: number, threat: number]

const both = (key: string, field: number): Place => [key, field, field]

/** Palo Alto Networks, "PAN-OS CEF Integration Guide"; of Strata Logging Service, "CEF log fields". */
const cefPlaces: readonly Place[] = [
  both('src', Common.src),
  both('dst', Common.dst),
  both('spt', Common.srcPort),
  both('dpt', Common.dstPort),
  both('sourceTranslatedAddress', Common.natSrc),
  both('destinationTranslatedAddress', Common.natDst),
  both('cs1', Common.rule),
  both('suser', Common.user),
  both('app', Common.application),
  both('proto', Common.protocol),
  both('act', Common.action),
  ['dvchost', Traffic.deviceName, Threat.deviceName],
  ['PanOSPacketsSent', Traffic.packetsSent, 0],
  ['PanOSPacketsReceived', Traffic.packetsReceived, 0],
  ['reason', Traffic.endReason, 0],
  ['PanOSSessionStartTime', Traffic.startTime, 0],
  ['PanOSThreatID', 0, Threat.threat],
  ['request', 0, Threat.misc],
  ['PanOSThreatCategory', 0, Threat.threatCategory],
  ['PanOSSeverity', 0, Threat.severity],
  ['requestClientApplication', 0, Threat.userAgent],
  ['requestMethod', 0, Threat.httpMethod],
  ['PanOSHTTPMethod', 0, Threat.httpMethod],
  ['cs2', 0, Threat.category],
]
/** Keys that stand for different fields in the two products, or of which only one counts. */
const cefExtra = [
  'start',
  'rt',
  'in',
  'out',
  'cn3',
  'PanTimeHighRes',
  'cat',
  'PanOSTimeGeneratedHighResolution',
] as const
const extra = (key: (typeof cefExtra)[number]) => cefPlaces.length + cefExtra.indexOf(key)
const Key = {
  start: extra('start'),
  rt: extra('rt'),
  in: extra('in'),
  out: extra('out'),
  elapsed: extra('cn3'),
  fine: extra('PanTimeHighRes'),
  cat: extra('cat'),
  otherFine: extra('PanOSTimeGeneratedHighResolution'),
} as const

/** IBM and Palo Alto Networks, "PAN-OS LEEF integration". */
const leefPlaces: readonly Place[] = [
  both('Subtype', Common.subtype),
  both('ReceiveTime', Common.receiveTime),
  both('src', Common.src),
  both('dst', Common.dst),
  both('srcPostNAT', Common.natSrc),
  both('dstPostNAT', Common.natDst),
  both('RuleName', Common.rule),
  both('SourceUser', Common.user),
  both('Application', Common.application),
  both('srcPort', Common.srcPort),
  both('dstPort', Common.dstPort),
  both('proto', Common.protocol),
  both('action', Common.action),
  ['srcBytes', Traffic.bytesSent, 0],
  ['dstBytes', Traffic.bytesReceived, 0],
  ['srcPackets', Traffic.packetsSent, 0],
  ['dstPackets', Traffic.packetsReceived, 0],
  ['ElapsedTime', Traffic.elapsed, 0],
  ['SessionEndReason', Traffic.endReason, 0],
  ['DeviceName', Traffic.deviceName, Threat.deviceName],
  ['Miscellaneous', 0, Threat.misc],
  ['ThreatID', 0, Threat.threat],
  ['URLCategory', 0, Threat.category],
  ['Severity', 0, Threat.severity],
  ['UserAgent', 0, Threat.userAgent],
  ['RequestMethod', 0, Threat.httpMethod],
  ['ThreatCategory', 0, Threat.threatCategory],
]
const leefNames = [...leefPlaces.map(([key]) => key), 'devTime', 'Type', 'cat']
const devTime = leefPlaces.length
const typeKey = devTime + 1
const catKey = devTime + 2

export function isNamed(bytes: Uint8Array, from: number, to: number): boolean {
  return isCefOf(bytes, from, to, vendor) || isLeefOf(bytes, from, to, vendor)
}

/** Reads records in CEF and LEEF into the places of `Fields`. */
export class NamedForms {
  /** Where the record begins: a syslog header stands before it. */
  start = 0
  readonly #cef = new Cef([...cefPlaces.map(([key]) => key), ...cefExtra])
  readonly #leef = new Leef(leefNames)
  /** LEEF 1.0 has tabs between attributes, but the vendor's template has bars. */
  readonly #bars = new PairFields(leefNames, 124)

  /** @returns the kind of log, of `Log`; `none` where the line is in neither form */
  read(bytes: Uint8Array, from: number, to: number, fields: Fields): number {
    if (this.#cef.read(bytes, from, to)) return this.#readCef(bytes, fields)
    return this.#leef.read(bytes, from, to) ? this.#readLeef(bytes, to, fields) : Log.none
  }

  #readCef(bytes: Uint8Array, fields: Fields): number {
    const cef = this.#cef
    this.start = cef.start
    // PAN-OS: `|end|TRAFFIC|1|`; threats have name and subtype there. Strata Logging Service: `|TRAFFIC|end|3|`.
    const isSwapped = cef.isHead(bytes, Head.name, trafficWord)
    const isStrata =
      !isSwapped &&
      (cef.isHead(bytes, Head.signatureId, trafficWord) || cef.isHead(bytes, Head.signatureId, threatWord))
    const isTraffic = isSwapped || cef.isHead(bytes, Head.signatureId, trafficWord)
    const isThreat = !isTraffic && (isStrata || cef.from[Key.cat]! >= 0 || cef.from[requestKey]! >= 0)
    if (!isTraffic && !isThreat) return Log.other
    fields.clear()
    for (let k = 0; k < cefPlaces.length; k++) {
      const field = isTraffic ? cefPlaces[k]![1] : cefPlaces[k]![2]
      if (field > 0) fields.set(field, cef.from[k]!, cef.to[k]!)
    }
    const subtype = isSwapped ? Head.signatureId : Head.name
    fields.set(Common.subtype, cef.headFrom[subtype]!, cef.headTo[subtype]!)
    this.#cefTimes(fields, isTraffic)
    if (isTraffic) this.#cefBytes(fields, isStrata)
    else this.#cefThreat(fields, isStrata)
    return isTraffic ? Log.traffic : Log.threat
  }

  #cefTimes(fields: Fields, isTraffic: boolean): void {
    const { from, to } = this.#cef
    const generated = from[Key.start]! >= 0 ? Key.start : Key.rt
    fields.set(Common.generatedTime, from[generated]!, to[generated]!)
    const fine = from[Key.fine]! >= 0 ? Key.fine : Key.otherFine
    fields.set(isTraffic ? Traffic.highResolution : Threat.highResolution, from[fine]!, to[fine]!)
    if (isTraffic) fields.set(Traffic.elapsed, from[Key.elapsed]!, to[Key.elapsed]!)
  }

  /** The guide's template has what was sent in `in`; Strata Logging Service what was received. */
  #cefBytes(fields: Fields, isStrata: boolean): void {
    const { from, to } = this.#cef
    const sent = isStrata ? Key.out : Key.in
    const received = isStrata ? Key.in : Key.out
    fields.set(Traffic.bytesSent, from[sent]!, to[sent]!)
    fields.set(Traffic.bytesReceived, from[received]!, to[received]!)
  }

  #cefThreat(fields: Fields, isStrata: boolean): void {
    const { from, to, headFrom, headTo } = this.#cef
    if (!isStrata) fields.set(Threat.threat, headFrom[Head.signatureId]!, headTo[Head.signatureId]!)
    else if (!fields.has(Threat.threat)) fields.set(Threat.threat, from[Key.cat]!, to[Key.cat]!)
    if (!fields.has(Threat.severity)) fields.set(Threat.severity, headFrom[Head.severity]!, headTo[Head.severity]!)
  }

  #readLeef(bytes: Uint8Array, to: number, fields: Fields): number {
    const leef = this.#leef
    this.start = leef.start
    let spans: { readonly from: Int32Array; readonly to: Int32Array } = leef
    if (leef.from[srcKey]! < 0 && find(bytes, leef.start, to, barSrc) >= 0) {
      this.#bars.scan(bytes, leef.headTo[Head.signatureId]! + 1, to)
      spans = this.#bars
    }
    const typeFrom = spans.from[typeKey]! >= 0 ? typeKey : catKey
    const isTraffic = isWord(bytes, spans, typeFrom, trafficWord)
    const isThreat = isWord(bytes, spans, typeFrom, threatWord)
    if (!isTraffic && !isThreat) return Log.other
    fields.clear()
    for (let k = 0; k < leefPlaces.length; k++) {
      const field = isTraffic ? leefPlaces[k]![1] : leefPlaces[k]![2]
      if (field > 0) fields.set(field, spans.from[k]!, spans.to[k]!)
    }
    fields.set(Common.generatedTime, spans.from[devTime]!, spans.to[devTime]!)
    if (isThreat) fields.set(Threat.threat, leef.headFrom[Head.signatureId]!, leef.headTo[Head.signatureId]!)
    return isTraffic ? Log.traffic : Log.threat
  }
}

const barSrc = ascii('|src=')
const requestKey = placeOf(cefPlaces, 'request')
const srcKey = placeOf(leefPlaces, 'src')

function placeOf(places: readonly Place[], key: string): number {
  return places.findIndex(([name]) => name === key)
}

function isWord(
  bytes: Uint8Array,
  spans: { readonly from: Int32Array; readonly to: Int32Array },
  k: number,
  word: Uint8Array,
): boolean {
  return spans.from[k]! >= 0 && equals(bytes, spans.from[k]!, spans.to[k]!, word)
}
