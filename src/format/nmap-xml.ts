import type { Address } from '../base/address.ts'
import { readWrittenTime } from '../base/written-time.ts'
import { Text } from '../event/texts.ts'
import { Findings, hostOf, Met, openPort, portOf, scanned, transportOf } from '../framing/finding.ts'
import { type XmlElement, type XmlHandler, XmlReader, xmlRoot } from '../framing/xml.ts'
import type { ContainerFormat } from './format.ts'
import { Scripts } from './nmap-xml/script.ts'

const mostServices = 1000

/** What is known of the host that is being read. */
interface Host {
  readonly element: XmlElement
  dst?: Address
  name?: string
  state: string
  reason: string
  isWritten: boolean
}

class NmapReport implements XmlHandler {
  readonly #findings: Findings
  readonly #scripts: Scripts
  #run: Readonly<Record<string, string>> = {}
  #services = ''
  #host: Host | undefined
  /** masscan writes an element for each open port; its hosts are met again and again. */
  readonly #met = new Met()
  /** Of the port that is being read. */
  #state = ''
  #service: Readonly<Record<string, string>> = {}

  constructor(findings: Findings) {
    this.#findings = findings
    this.#scripts = new Scripts()
  }

  open(element: XmlElement): void {
    const { name, attributes } = element
    if (name === 'nmaprun') this.#run = attributes
    else if (name === 'host' && element.parent?.name === 'nmaprun') {
      this.#host = { element, state: '', reason: '', isWritten: false }
    } else if (name === 'ports' || name === 'hostscript') this.#writeHost(element.offset)
    else if (name === 'table' || name === 'script') this.#scripts.open(element)
    else if (name === 'port') {
      this.#state = ''
      this.#service = {}
    } else if (name === 'state') this.#state = attributes['state'] ?? ''
    else if (name === 'service') this.#service = attributes
  }

  close(element: XmlElement, end: number): void {
    const { name, attributes, parent } = element
    if (name === 'scaninfo') this.#addServices(attributes)
    else if (name === 'elem' || name === 'table' || name === 'script') this.#scripts.close(element)
    const host = this.#host
    if (host === undefined || parent === undefined) return
    if (parent === host.element) this.#describe(host, name, attributes)
    else if (name === 'hostname' && !host.name && attributes['name']) host.name = attributes['name']
    else if (name === 'port') this.#port(host, element, end)
    if (name === 'hostscript') this.#weaknesses(host, element, end, {})
    if (element !== host.element) return
    this.#writeHost(end)
    this.#host = undefined
  }

  #describe(host: Host, name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'status') {
      host.state = attributes['state'] ?? ''
      host.reason = attributes['reason'] ?? ''
    } else if (name === 'address' && host.dst === undefined && attributes['addrtype'] !== 'mac') {
      const { dst } = hostOf(attributes['addr'], undefined)
      if (dst) host.dst = dst
    }
  }

  #addServices(attributes: Readonly<Record<string, string>>): void {
    const { type = '', protocol = '', services = '' } = attributes
    if (services === '' || this.#services.length > mostServices) return
    const scan = `${protocol} ${services.slice(0, mostServices)}${type === '' ? '' : ` (${type})`}`
    this.#services = this.#services === '' ? scan : `${this.#services}; ${scan}`
  }

  /** The row of the scan itself, before those of ports and weaknesses. */
  #writeHost(end: number): void {
    const host = this.#host
    if (host === undefined || host.isWritten) return
    host.isWritten = true
    const { element, dst, name } = host
    if (dst === undefined) {
      this.#findings.damage(element.offset, 'a host without an address')
      return
    }
    const isMasscan = this.#run['scanner'] === 'masscan'
    // A list scan (-sL) names hosts and asks none of them.
    if (host.state === 'unknown') {
      this.#findings.ignore()
      return
    }
    if (isMasscan && !this.#met.isNew(dst.join(' '))) return
    const start = this.#start()
    const over = readWrittenTime(element.attributes['endtime'])
    this.#findings.write({
      time: isMasscan ? readWrittenTime(this.#run['start']) || start : start,
      offset: element.offset,
      end,
      dst,
      ...(!isMasscan && over > start && { duration: over - start }),
      texts: [
        [Text.signatureId, scanned],
        [Text.signature, this.#run['args'] || [this.#run['scanner'], this.#run['version']].filter(Boolean).join(' ')],
        [Text.host, name],
        [Text.reason, host.state === 'down' ? `down: ${host.reason}` : undefined],
        [Text.message, this.#services],
      ],
    })
  }

  #start(): number {
    const { starttime, endtime } = this.#host?.element.attributes ?? {}
    const isMasscan = this.#run['scanner'] === 'masscan'
    return readWrittenTime(starttime) || (isMasscan && readWrittenTime(endtime)) || readWrittenTime(this.#run['start'])
  }

  #port(host: Host, element: XmlElement, end: number): void {
    const isOpen = this.#state === 'open'
    const service = this.#service
    const dstPort = portOf(element.attributes['portid'])
    const protocol = transportOf(element.attributes['protocol'])
    const at = { protocol, dstPort }
    if (!isOpen) this.#findings.ignore()
    else if (dstPort === 0 && element.attributes['portid'] !== '0') {
      this.#findings.damage(element.offset, 'a port without a readable number')
    } else if (host.dst) {
      const { product, version, extrainfo, banner, name, tunnel } = service
      this.#findings.write({
        time: this.#start(),
        offset: element.offset,
        end,
        dst: host.dst,
        ...at,
        texts: [
          [Text.signatureId, openPort],
          [Text.application, tunnel && name ? `${tunnel}/${name}` : name],
          [Text.serverBanner, banner || [product, version, extrainfo && `(${extrainfo})`].filter(Boolean).join(' ')],
          [Text.host, host.name],
        ],
      })
    }
    this.#weaknesses(host, element, end, at)
  }

  #weaknesses(host: Host, element: XmlElement, end: number, at: { protocol?: number; dstPort?: number }): void {
    for (const { id, name, category, cve, severity } of this.#scripts.take()) {
      this.#findings.write({
        time: this.#start(),
        offset: element.offset,
        end,
        ...(host.dst && { dst: host.dst }),
        ...at,
        severity,
        texts: [
          [Text.signatureId, id],
          [Text.signature, name],
          [Text.category, category],
          [Text.cve, cve],
          [Text.host, host.name],
        ],
      })
    }
  }
}

const format: ContainerFormat = {
  id: 'nmap-xml',
  title: 'Nmap and masscan XML reports (-oX)',
  about:
    'Reports that Nmap 4 to 7 and masscan write with -oX. One row for each host that was scanned, with the command line and ' +
    'the ports asked for (hosts found down too; those of a list scan, -sL, were not scanned), one for each open port with ' +
    'service and version, one for each weakness that scripts report (those of the vulns library, and vulners). Not read: ' +
    'ports in other states, operating systems, traceroutes, output of other scripts. Who scanned is not told by the ' +
    'report. Documented in nmap.dtd and the Nmap Reference Guide, Output.',
  blind: ['who scanned', 'when in a scan a port was found'],
  framing: 'container',
  sniff: (head) => (xmlRoot(head)?.name === 'nmaprun' ? 1 : 0),
  open: ({ newest }, sink) => new XmlReader(sink.tally, new NmapReport(new Findings(sink, newest))),
}

export default format
