import type { Address } from '../base/address.ts'
import { readWrittenTime } from '../base/written-time.ts'
import { Text } from '../event/texts.ts'
import { cvesOf, Findings, hostOf, Met, openPort, portOf, scanned, transportOf } from '../framing/finding.ts'
import { type XmlElement, type XmlHandler, XmlReader, xmlRoot } from '../framing/xml.ts'
import type { ContainerFormat } from './format.ts'

/** The plug-in that says how the scan was made. */
const scanInformation = '19506'
const mostCveText = 4096

interface Host {
  readonly element: XmlElement
  readonly tags: Map<string, string>
  dst?: Address
  name?: string
  start: number
  end: number
  src?: Address
  ports: string
  scanner: string
}

interface Item {
  readonly element: XmlElement
  cves: string
}

const toldTags = new Set([
  ...['host-ip', 'host-fqdn', 'host-rdns', 'netbios-name', 'policy-used'],
  ...['HOST_START', 'HOST_END', 'HOST_START_TIMESTAMP', 'HOST_END_TIMESTAMP'],
])

class NessusReport implements XmlHandler {
  readonly #findings: Findings
  readonly #met = new Met()
  #policy = ''
  #report = ''
  #host: Host | undefined
  #item: Item | undefined

  constructor(findings: Findings) {
    this.#findings = findings
  }

  open(element: XmlElement): void {
    const { name, attributes } = element
    if (name === 'Report') this.#report = attributes['name'] ?? ''
    else if (name === 'ReportHost') {
      this.#host = { element, tags: new Map(), start: 0, end: 0, ports: '', scanner: '' }
      this.#met.clear()
    } else if (name === 'ReportItem') this.#item = { element, cves: '' }
  }

  close(element: XmlElement, end: number): void {
    const { name, text, attributes } = element
    if (name === 'policyName') this.#policy = text
    const host = this.#host
    if (host === undefined) return
    const item = this.#item
    if (item && element.parent === item.element) this.#detail(host, item, name, text)
    else if (name === 'tag' && toldTags.has(attributes['name'] ?? '')) host.tags.set(attributes['name']!, text.trim())
    else if (name === 'HostProperties') describe(host)
    else if (element === item?.element) this.#closeItem(host, item, end)
    else if (element === host.element) this.#closeHost(host, end)
  }

  #detail(host: Host, item: Item, name: string, text: string): void {
    if (name === 'cve' && item.cves.length < mostCveText) item.cves += ` ${text.slice(0, 64)}`
    if (name !== 'plugin_output' || item.element.attributes['pluginID'] !== scanInformation) return
    const { dst } = hostOf(informationOf(text, 'Scanner IP'), undefined)
    if (dst) host.src = dst
    host.ports = informationOf(text, 'Port range') ?? ''
    const version = informationOf(text, 'Nessus version')
    if (version) host.scanner = `Nessus ${version.split(' ', 1)[0]}`
    host.start ||= readWrittenTime(informationOf(text, 'Scan Start Date'))
  }

  #closeItem(host: Host, { element, cves }: Item, end: number): void {
    this.#item = undefined
    const { port, protocol, svc_name: service = '', pluginID, pluginName, pluginFamily } = element.attributes
    const dstPort = portOf(port)
    if (pluginID === undefined) {
      this.#findings.damage(element.offset, 'an item without a plug-in')
      return
    }
    const at = {
      time: host.start,
      offset: element.offset,
      end,
      ...(host.dst && { dst: host.dst }),
      protocol: transportOf(protocol),
      dstPort,
    }
    if (dstPort > 0 && this.#met.isNew(`${at.protocol} ${dstPort}`)) {
      const application = service.replace(/\?$/, '')
      this.#findings.write({
        ...at,
        texts: [
          [Text.signatureId, openPort],
          [Text.application, application === 'unknown' ? undefined : application],
          [Text.host, host.name],
        ],
      })
    }
    // Its items say no more than that the port is open.
    if (pluginID === '0' || pluginFamily === 'Port scanners') {
      if (dstPort === 0) this.#findings.ignore()
      return
    }
    const severity = Number(element.attributes['severity'])
    this.#findings.write({
      ...at,
      severity: severity >= 1 && severity <= 4 ? Math.floor(severity) : 0,
      texts: [
        [Text.signatureId, pluginID],
        [Text.signature, pluginName],
        [Text.category, pluginFamily],
        [Text.cve, cvesOf(cves)],
        [Text.host, host.name],
      ],
    })
  }

  /** The row of the scan comes last: what made it is said by one of the items. */
  #closeHost(host: Host, end: number): void {
    this.#host = undefined
    const { element, dst, src, start } = host
    const policy = host.tags.get('policy-used') || this.#policy
    this.#findings.write({
      time: start || host.end,
      offset: element.offset,
      end,
      ...(dst && { dst }),
      ...(src && { src }),
      ...(start > 0 && host.end > start && { duration: host.end - start }),
      texts: [
        [Text.signatureId, scanned],
        [Text.signature, [host.scanner || 'Nessus', policy, this.#report].filter(Boolean).join(': ')],
        [Text.host, host.name],
        [Text.message, host.ports && `ports ${host.ports}`],
      ],
    })
  }
}

function describe(host: Host): void {
  const { tags, element } = host
  const named = element.attributes['name']
  const found = hostOf(tags.get('host-ip') ?? named, undefined)
  if (found.dst) host.dst = found.dst
  // A web application scan names its target as an address of the web.
  const name = tags.get('host-fqdn') || tags.get('host-rdns') || tags.get('netbios-name') || found.host || named
  if (name && hostOf(name, undefined).dst === undefined) host.name = name.replace(/^https?:\/\/([^/?#]+).*$/i, '$1')
  host.start = readWrittenTime(tags.get('HOST_START_TIMESTAMP')) || readWrittenTime(tags.get('HOST_START'))
  host.end = readWrittenTime(tags.get('HOST_END_TIMESTAMP')) || readWrittenTime(tags.get('HOST_END'))
}

/** `Scanner IP : 192.0.2.1`, a line of the scan's own account. */
function informationOf(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s*: (.*)$`, 'm').exec(text)?.[1]?.trim()
}

const format: ContainerFormat = {
  id: 'nessus',
  title: 'Nessus reports (.nessus, version 2)',
  about:
    'Reports of Nessus, Tenable.io and Security Center in the .nessus format, version 2. One row for each host scanned ' +
    '(scanner and port range as plug-in 19506 tells them, start, end, policy), one for each port that an item names, one for ' +
    'each item of another plug-in than the port scanners, those without severity too. Severity is that of the report. ' +
    'Times without a zone are taken as UTC. Not read: plug-in output, compliance results, solutions. Documented in ' +
    "Tenable's Nessus v2 File Format.",
  blind: ['when in a scan a weakness was found'],
  framing: 'container',
  sniff: (head) => {
    const root = xmlRoot(head)
    if (root?.name === 'NessusClientData_v2') return 1
    return root?.name === 'Report' && /<ReportHost\s/.test(root.text) ? 0.9 : 0
  },
  open: ({ newest }, sink) => new XmlReader(sink.tally, new NessusReport(new Findings(sink, newest))),
}

export default format
