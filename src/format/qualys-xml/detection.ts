import { readWrittenTime } from '../../base/written-time.ts'
import type { Findings } from '../../framing/finding.ts'
import type { XmlElement, XmlHandler } from '../../framing/xml.ts'
import { detectionOf, HostRows, hostOfTold, isFixed } from './host.ts'

const mostFields = 64

/** The API's host list detection: hosts, each with its detections; what a detection's number means is not in it. */
export class DetectionReport implements XmlHandler {
  readonly #findings: Findings
  readonly #rows: HostRows
  readonly #host = new Map<string, string>()
  readonly #detection = new Map<string, string>()
  #isBegun = false

  constructor(findings: Findings) {
    this.#findings = findings
    this.#rows = new HostRows(findings)
  }

  open({ name }: XmlElement): void {
    if (name === 'HOST') {
      this.#host.clear()
      this.#isBegun = false
    } else if (name === 'DETECTION') this.#detection.clear()
  }

  close(element: XmlElement, end: number): void {
    const { name, text, parent } = element
    if (parent?.name === 'HOST' && name !== 'DETECTION_LIST') keep(this.#host, name, text)
    else if (parent?.name === 'DETECTION') keep(this.#detection, name, text)
    else if (name === 'DETECTION') this.#close(element, end)
    else if (name === 'HOST') this.#begin(element, end)
  }

  /** The row of the host, before those of its detections. */
  #begin(element: XmlElement, end: number): void {
    if (this.#isBegun) return
    this.#isBegun = true
    const host = hostOfTold(this.#host)
    if (!host.dst && !host.host) {
      this.#findings.damage(element.offset, 'a host without an address')
      return
    }
    this.#rows.scan(host, element, end, this.#time, 'Qualys')
  }

  get #time(): number {
    return readWrittenTime(this.#host.get('LAST_SCAN_DATETIME') ?? this.#host.get('LAST_VM_SCANNED_DATE'))
  }

  #close(element: XmlElement, end: number): void {
    const owner = element.parent?.parent
    if (owner) this.#begin(owner, element.offset)
    const told = this.#detection
    if (!told.has('QID')) this.#findings.damage(element.offset, 'a detection without a QID')
    else if (isFixed(told)) this.#findings.ignore()
    else this.#rows.detection(detectionOf(hostOfTold(this.#host), told, element, end, this.#time), undefined)
  }
}

function keep(told: Map<string, string>, name: string, text: string): void {
  if (told.size < mostFields && !told.has(name)) told.set(name, text.trim())
}
