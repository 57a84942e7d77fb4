import { Findings } from '../framing/finding.ts'
import { type XmlElement, type XmlHandler, XmlReader, xmlRoot } from '../framing/xml.ts'
import type { ContainerFormat } from './format.ts'
import { AssetReport } from './qualys-xml/asset.ts'
import { DetectionReport } from './qualys-xml/detection.ts'
import { ScanReport } from './qualys-xml/scan.ts'

const kinds = new Map<string, (findings: Findings) => XmlHandler>([
  ['SCAN', (findings) => new ScanReport(findings)],
  ['ASSET_DATA_REPORT', (findings) => new AssetReport(findings)],
  ['HOST_LIST_VM_DETECTION_OUTPUT', (findings) => new DetectionReport(findings)],
])

/** Reads a document as what its first element says it is. */
class QualysReport implements XmlHandler {
  readonly #findings: Findings
  #report: XmlHandler | undefined

  constructor(findings: Findings) {
    this.#findings = findings
  }

  open(element: XmlElement, end: number): void {
    if (element.parent === undefined) {
      this.#report = kinds.get(element.name)?.(this.#findings)
      if (!this.#report) this.#findings.damage(element.offset, 'a document of Qualys that is none of those read')
    }
    this.#report?.open(element, end)
  }

  close(element: XmlElement, end: number): void {
    this.#report?.close(element, end)
  }

  finish(): void {
    this.#report?.finish?.()
  }
}

const format: ContainerFormat = {
  id: 'qualys-xml',
  title: 'Qualys reports (XML)',
  about:
    'XML of Qualys VM and VMDR: scan results (SCAN), asset data reports (ASSET_DATA_REPORT) and the host list detection of ' +
    'the API (HOST_LIST_VM_DETECTION_OUTPUT). One row for each host scanned, one for each open port that the lists of open ' +
    'services or a detection name, one for each detection. Severity: Qualys 5 is critical, 4 high, 3 medium, 2 and 1 low; ' +
    'information gathered has none. Detections that are fixed are ignored. Names, severities and CVE ids of an asset data ' +
    'report stand at its end: beyond 65536 detections rows go without them, and detections of the API have no names. ' +
    "Documented in Qualys's API user guides and DTDs (scan-1.dtd, asset_data_report.dtd).",
  blind: ['which scanner of several scanned a host', 'when in a scan a weakness was found, but for detections'],
  framing: 'container',
  sniff: (head) => {
    const name = xmlRoot(head)?.name ?? ''
    return kinds.has(name) ? 1 : 0
  },
  open: ({ newest }, sink) => new XmlReader(sink.tally, new QualysReport(new Findings(sink, newest))),
}

export default format
