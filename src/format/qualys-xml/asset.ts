import { readWrittenTime } from '../../base/written-time.ts'
import { copyOf, cvesOf, type Findings } from '../../framing/finding.ts'
import type { XmlElement, XmlHandler } from '../../framing/xml.ts'
import { type Detection, detectionOf, HostRows, hostOfTold, isFixed, type Weakness } from './host.ts'

const mostFields = 64
/** Detections wait for the end of the report, where their names stand; those beyond go without. */
const mostWaiting = 65536
const mostWeaknesses = 32768
const mostCveText = 4096

/** An asset data report: hosts with their detections, then a glossary that says what the detections' numbers mean. */
export class AssetReport implements XmlHandler {
  readonly #findings: Findings
  readonly #rows: HostRows
  readonly #host = new Map<string, string>()
  readonly #told = new Map<string, string>()
  readonly #waiting: Detection[] = []
  readonly #weaknesses = new Map<string, Weakness>()
  #cves = ''
  #template = ''
  #time = 0
  #isBegun = false

  constructor(findings: Findings) {
    this.#findings = findings
    this.#rows = new HostRows(findings)
  }

  open({ name }: XmlElement): void {
    if (name === 'HOST') {
      this.#host.clear()
      this.#isBegun = false
    } else if (name === 'VULN_INFO' || name === 'VULN_DETAILS') {
      this.#told.clear()
      this.#cves = ''
    }
  }

  close(element: XmlElement, end: number): void {
    const { name, text, parent } = element
    const outer = parent?.name
    if (outer === 'HOST' && name !== 'VULN_INFO_LIST') keep(this.#host, name, text)
    else if (outer === 'VULN_INFO' || outer === 'VULN_DETAILS') keep(this.#told, name, text)
    else if (name === 'GENERATION_DATETIME') this.#time = readWrittenTime(text)
    else if (name === 'TEMPLATE' && outer === 'HEADER') this.#template = text
    else if (name === 'ID' && outer === 'CVE_ID' && this.#cves.length < mostCveText)
      this.#cves += ` ${text.slice(0, 64)}`
    else if (name === 'VULN_INFO') this.#wait(element, end)
    else if (name === 'VULN_DETAILS') this.#explain()
    else if (name === 'HOST') this.#begin(element, end)
  }

  #begin(element: XmlElement, end: number): void {
    if (this.#isBegun) return
    this.#isBegun = true
    const host = hostOfTold(this.#host)
    if (!host.dst && !host.host) {
      this.#findings.damage(element.offset, 'a host without an address')
      return
    }
    this.#rows.scan(host, element, end, this.#time, ['Qualys', this.#template.trim()].filter(Boolean).join(': '))
  }

  #wait(element: XmlElement, end: number): void {
    const owner = element.parent?.parent
    if (owner) this.#begin(owner, element.offset)
    const told = this.#told
    if (!told.has('QID')) {
      this.#findings.damage(element.offset, 'a detection without a QID')
      return
    }
    if (isFixed(told)) {
      this.#findings.ignore()
      return
    }
    const detection = detectionOf(hostOfTold(this.#host), told, element, end, this.#time)
    if (this.#waiting.length < mostWaiting) this.#waiting.push(detection)
    else this.#rows.detection(detection, undefined)
  }

  #explain(): void {
    const told = this.#told
    if (this.#weaknesses.size >= mostWeaknesses) return
    this.#weaknesses.set(copyOf(told.get('QID') ?? ''), {
      title: copyOf(told.get('TITLE') ?? ''),
      severity: copyOf(told.get('SEVERITY') ?? ''),
      category: copyOf(told.get('CATEGORY') ?? ''),
      cves: cvesOf(this.#cves) ?? '',
    })
  }

  /** What waits is written at the end of the input, and so it is where the report's end is missing. */
  finish(): void {
    for (const detection of this.#waiting) this.#rows.detection(detection, this.#weaknesses.get(detection.qid))
    this.#waiting.length = 0
  }
}

function keep(told: Map<string, string>, name: string, text: string): void {
  if (told.size < mostFields && !told.has(name)) told.set(name, text.trim())
}
