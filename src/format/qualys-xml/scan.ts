import type { Address } from '../../base/address.ts'
import { readWrittenTime } from '../../base/written-time.ts'
import { Text } from '../../event/texts.ts'
import { cvesOf, type Findings, hostOf, Met, openPort, portOf, scanned, transportOf } from '../../framing/finding.ts'
import type { XmlElement, XmlHandler } from '../../framing/xml.ts'
import { durationOf, nameOf, severityOf } from './severity.ts'

/** What a detection can be (scan-1.dtd); all but a weakness are information. */
const kinds = new Set(['INFO', 'SERVICE', 'PRACTICE', 'VULN'])
/** The lists of open services, with their transport. */
const services = new Map([
  ['82023', 'tcp'],
  ['82004', 'udp'],
])
const mostCveText = 4096

interface Host {
  readonly element: XmlElement
  readonly dst?: Address
  readonly host?: string
}

interface Detection {
  readonly element: XmlElement
  title: string
  cves: string
  result: string
}

/** Scan results, as the user interface and the API's scan.php give them. */
export class ScanReport implements XmlHandler {
  readonly #findings: Findings
  readonly #keys = new Map<string, string>()
  readonly #met = new Met()
  #host: Host | undefined
  #detection: Detection | undefined

  constructor(findings: Findings) {
    this.#findings = findings
  }

  open(element: XmlElement, end: number): void {
    const { name, attributes, parent } = element
    if (name === 'IP' && parent?.name === 'SCAN') {
      this.#host = { element, ...hostOf(attributes['value'], nameOf(attributes['name'])) }
      this.#met.clear()
      this.#writeScan(this.#host, end)
    } else if (kinds.has(name) && parent?.name === 'CAT') {
      this.#detection = { element, title: '', cves: attributes['cveid'] ?? '', result: '' }
    }
  }

  close(element: XmlElement, end: number): void {
    const { name, attributes, text, parent } = element
    const detection = this.#detection
    if (name === 'KEY' && this.#keys.size < 64) this.#keys.set(attributes['value'] ?? '', text.trim())
    else if (element === this.#host?.element) this.#host = undefined
    else if (detection === undefined) return
    else if (name === 'TITLE') detection.title = text
    else if (name === 'RESULT') detection.result = text
    else if (name === 'ID' && parent?.name === 'CVE_ID' && detection.cves.length < mostCveText) {
      detection.cves += ` ${text.slice(0, 64)}`
    } else if (element === detection.element) {
      this.#detection = undefined
      if (this.#host) this.#write(this.#host, detection, end)
    }
  }

  get #time(): number {
    return readWrittenTime(this.#keys.get('DATE'))
  }

  #writeScan({ element, dst, host }: Host, end: number): void {
    if (!dst && !host) {
      this.#findings.damage(element.offset, 'a host without an address')
      return
    }
    const { dst: src } = hostOf(this.#keys.get('SCAN_HOST'), undefined)
    this.#findings.write({
      time: this.#time,
      offset: element.offset,
      end,
      ...(dst && { dst }),
      ...(src && { src }),
      duration: durationOf(this.#keys.get('DURATION') ?? ''),
      texts: [
        [Text.signatureId, scanned],
        [Text.signature, ['Qualys', this.#keys.get('TITLE')].filter(Boolean).join(': ')],
        [Text.host, host],
        [Text.message, this.#keys.get('OPTIONS')],
      ],
    })
  }

  #write(host: Host, { element, title, cves, result }: Detection, end: number): void {
    const { attributes, parent: category, name } = element
    const dstPort = portOf(category?.attributes['port'])
    const protocol = transportOf(category?.attributes['protocol'])
    const at = { time: this.#time, offset: element.offset, end, ...(host.dst && { dst: host.dst }) }
    if (attributes['number'] === undefined) {
      this.#findings.damage(element.offset, 'a detection without a number')
      return
    }
    const service = services.get(attributes['number'])
    if (service) this.#openServices(host, at, transportOf(service), result)
    if (dstPort > 0) this.#openPort(host, at, protocol, dstPort, undefined)
    this.#findings.write({
      ...at,
      protocol,
      dstPort,
      severity: severityOf(attributes['severity'], name !== 'VULN' && name !== 'PRACTICE'),
      texts: [
        [Text.signatureId, attributes['number']],
        [Text.signature, title],
        [Text.category, category?.attributes['value']],
        [Text.cve, cvesOf(cves)],
        [Text.host, host.host],
      ],
    })
  }

  /** A table: port, what is registered for it, a description, the service that was detected, …, tabs between. */
  #openServices(host: Host, at: At, protocol: number, table: string): void {
    for (const line of table.split('\n')) {
      const [port, , , detected] = line.split('\t')
      const dstPort = portOf(port)
      if (dstPort > 0) this.#openPort(host, at, protocol, dstPort, detected)
    }
  }

  #openPort(host: Host, at: At, protocol: number, dstPort: number, service: string | undefined): void {
    if (!this.#met.isNew(`${protocol} ${dstPort}`)) return
    this.#findings.write({
      ...at,
      protocol,
      dstPort,
      texts: [
        [Text.signatureId, openPort],
        [Text.application, service === 'unknown' ? undefined : service],
        [Text.host, host.host],
      ],
    })
  }
}

interface At {
  readonly time: number
  readonly offset: number
  readonly end: number
  readonly dst?: Address
}
