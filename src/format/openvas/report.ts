import type { Address } from '../../base/address.ts'
import { readWrittenTime } from '../../base/written-time.ts'
import { Text } from '../../event/texts.ts'
import {
  copyOf,
  cvesOf,
  type Findings,
  hostOf,
  Met,
  openPort,
  portOf,
  scanned,
  severityOfScore,
  severityOfWord,
  transportOf,
} from '../../framing/finding.ts'
import type { XmlElement, XmlHandler } from '../../framing/xml.ts'

const mostHosts = 65536
const mostCveText = 4096
/** Results that say nothing of the host, by level or by the score that stands for it (GMP, get_reports). */
const noResult = new Set(['false positive', 'error', 'debug'])

const toldNames = new Set(['host', 'ip', 'port', 'name', 'threat', 'severity', 'creation_time', 'start', 'end'])
const toldOfTest = new Set(['name', 'family', 'cve', 'cvss_base'])

/** The fields of the element that is being read, by name; a result's, a host's or a port's. */
interface Fields {
  readonly element: XmlElement
  readonly told: Map<string, string>
  cves: string
}

interface Place {
  readonly dst?: Address
  readonly host?: string
  /** What tells hosts apart: the address as the report writes it. */
  readonly key: string
}

export class OpenvasReport implements XmlHandler {
  readonly #findings: Findings
  readonly #ports = new Met()
  /** Hosts with results whose own element has not come; where the report has none, these say who was scanned. */
  readonly #hosts = new Map<string, Place>()
  readonly #described = new Met()
  #fields: Fields | undefined
  #task = ''
  #scanner = ''
  #start = 0
  #end = 0
  #offset = 0

  constructor(findings: Findings) {
    this.#findings = findings
  }

  open(element: XmlElement): void {
    const { name, parent } = element
    const outer = parent?.name
    if (name === 'report') this.#offset = element.offset
    const isRecord =
      (name === 'result' && outer === 'results') ||
      (name === 'host' && outer === 'report') ||
      (name === 'port' && outer === 'ports') ||
      ((name === 'host_start' || name === 'host_end') && outer === 'report')
    if (isRecord) this.#fields = { element, told: new Map(), cves: '' }
    const fields = this.#fields
    if (!fields || outer !== 'refs' || name !== 'ref' || element.attributes['type'] !== 'cve') return
    if (fields.cves.length < mostCveText) fields.cves += ` ${element.attributes['id'] ?? ''}`
  }

  close(element: XmlElement, end: number): void {
    const fields = this.#fields
    if (fields && element === fields.element) {
      this.#fields = undefined
      this.#record(fields, end)
    } else if (fields) tell(fields, element)
    else this.#describe(element, end)
  }

  /** What the report says of the whole scan. */
  #describe({ name, text, parent, offset }: XmlElement, end: number): void {
    const outer = parent?.name
    if (name === 'scan_start') this.#start = readWrittenTime(text)
    else if (name === 'scan_end') this.#end = readWrittenTime(text)
    else if (name === 'name' && outer === 'task') this.#task = text
    else if (name === 'host' && outer === 'slave') this.#scanner = text
    else if (name === 'report') this.#closeReport(offset, end)
  }

  #record(fields: Fields, end: number): void {
    const { name } = fields.element
    if (name === 'result') this.#result(fields, end)
    else if (name === 'host') this.#host(fields, end)
    else if (name === 'port') this.#port(placeOf(fields), fields.element.text, fields, end)
    else if (name === 'host_start') {
      const place = placeOf(fields)
      this.#writeScan(place, fields, end, readWrittenTime(fields.element.text), 0)
    }
  }

  #result(fields: Fields, end: number): void {
    const { told, element } = fields
    const threat = (told.get('threat') ?? '').toLowerCase()
    const score = Number(told.get('severity') ?? told.get('nvt/cvss_base') ?? Number.NaN)
    if (noResult.has(threat) || score < 0) {
      this.#findings.ignore()
      return
    }
    const place = placeOf(fields)
    if (!place.dst && !place.host) {
      this.#findings.damage(element.offset, 'a result without a host')
      return
    }
    const port = told.get('port') ?? ''
    this.#remember(place)
    const at = this.#port(place, port, fields, end)
    this.#findings.write({
      ...at,
      time: readWrittenTime(told.get('creation_time')) || at.time,
      severity: told.has('severity') || threat === '' ? severityOfScore(score) : severityOfWord(threat),
      texts: [
        [Text.signatureId, told.get('oid')],
        [Text.signature, told.get('nvt/name') || told.get('name')],
        [Text.category, told.get('nvt/family')],
        [Text.cve, cvesOf(`${fields.cves} ${told.get('nvt/cve') ?? ''}`)],
        [Text.host, place.host],
      ],
    })
  }

  /** The row of the port `512/tcp` or `http (80/tcp)`, once a host; none for `general/tcp`. @returns what its rows share */
  #port(place: Place, written: string, { element }: Fields, end: number) {
    const found = /(\d{1,5})\/(\w+)/.exec(written)
    const dstPort = portOf(found?.[1])
    const protocol = transportOf(found?.[2] ?? /general\/(\w+)/.exec(written)?.[1])
    const at = {
      time: this.#start,
      offset: element.offset,
      end,
      ...(place.dst && { dst: place.dst }),
      protocol,
      dstPort,
    }
    if (dstPort > 0 && this.#ports.isNew(`${place.key} ${protocol} ${dstPort}`)) {
      const application = /^([\w.-]+) \(/.exec(written.trim())?.[1]
      this.#findings.write({
        ...at,
        texts: [
          [Text.signatureId, openPort],
          [Text.application, application],
          [Text.host, place.host],
        ],
      })
    }
    return at
  }

  #host(fields: Fields, end: number): void {
    const place = placeOf(fields)
    if (!place.dst && !place.host) {
      this.#findings.damage(fields.element.offset, 'a host without an address')
      return
    }
    const start = readWrittenTime(fields.told.get('start')) || this.#start
    this.#writeScan(place, fields, end, start, readWrittenTime(fields.told.get('end')))
  }

  #writeScan(place: Place, { element }: Pick<Fields, 'element'>, end: number, start: number, over: number): void {
    this.#hosts.delete(place.key)
    if (!this.#described.isNew(place.key)) return
    const { dst: src } = hostOf(this.#scanner, undefined)
    this.#findings.write({
      time: start,
      offset: element.offset,
      end,
      ...(place.dst && { dst: place.dst }),
      ...(src && { src }),
      ...(start > 0 && over > start && { duration: over - start }),
      texts: [
        [Text.signatureId, scanned],
        [Text.signature, ['OpenVAS', this.#task.trim()].filter(Boolean).join(': ')],
        [Text.host, place.host],
      ],
    })
  }

  #remember(place: Place): void {
    if (this.#hosts.size < mostHosts) this.#hosts.set(place.key, place)
  }

  finish(): void {
    this.#closeReport(this.#offset, this.#offset)
  }

  /** A report without elements of its hosts: those with a result were scanned. */
  #closeReport(offset: number, end: number): void {
    const element = { offset } as XmlElement
    for (const place of this.#hosts.values()) this.#writeScan(place, { element }, end, this.#start, this.#end)
    this.#hosts.clear()
    this.#ports.clear()
    this.#described.clear()
  }
}

/** Keeps the value of an element that stands in a record: `host`, `nvt/name`, the details of a host. */
function tell(fields: Fields, element: XmlElement): void {
  const { name, parent } = element
  const { told } = fields
  const outer = parent?.name ?? ''
  if (parent === fields.element) {
    if (toldNames.has(name) && !told.has(name)) told.set(name, element.text.trim())
    const oid = name === 'nvt' && element.attributes['oid']
    if (oid) told.set('oid', oid)
  } else if (outer === 'nvt' && toldOfTest.has(name)) told.set(`nvt/${name}`, element.text.trim())
  else if (outer === 'host' && name === 'hostname') told.set('hostname', element.text.trim())
  else if (outer === 'detail' && name === 'name') told.set('detail', element.text.trim())
  else if (outer === 'detail' && name === 'value' && told.get('detail') === 'hostname') {
    told.set('hostname', element.text.trim())
  }
}

function placeOf({ told }: Fields): Place {
  const address = told.get('ip') ?? told.get('host') ?? ''
  return { ...hostOf(address, told.get('hostname')), key: copyOf(address) }
}
