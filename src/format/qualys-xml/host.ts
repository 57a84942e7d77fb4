import type { Address } from '../../base/address.ts'
import { readWrittenTime } from '../../base/written-time.ts'
import { Text } from '../../event/texts.ts'
import { cvesOf, type Findings, hostOf, Met, openPort, portOf, scanned, transportOf } from '../../framing/finding.ts'
import type { XmlElement } from '../../framing/xml.ts'
import { nameOf, severityOf } from './severity.ts'

/** What a host or a detection says of itself, by the names of its elements. */
export type Told = ReadonlyMap<string, string>

export interface Host {
  readonly dst?: Address
  readonly host?: string
}

/** A detection as it is kept until its name is known: numbers, and the element's place. */
export interface Detection extends Host {
  readonly qid: string
  readonly time: number
  readonly offset: number
  readonly end: number
  readonly protocol: number
  readonly dstPort: number
  readonly isInformation: boolean
  readonly severity: string | undefined
}

/** What the end of a report says of a detection's number. */
export interface Weakness {
  readonly title: string
  readonly severity: string
  readonly category: string
  readonly cves: string
}

export function hostOfTold(told: Told): Host {
  const name = nameOf(told.get('DNS')) ?? nameOf(told.get('FQDN')) ?? nameOf(told.get('NETBIOS'))
  return hostOf(told.get('IP') ?? told.get('IPV6'), name)
}

export function detectionOf(host: Host, told: Told, element: XmlElement, end: number, time: number): Detection {
  return {
    ...host,
    qid: Buffer.from(told.get('QID') ?? '').toString('latin1', 0, 16),
    time: readWrittenTime(told.get('LAST_FOUND_DATETIME') ?? told.get('LAST_FOUND')) || time,
    offset: element.offset,
    end,
    protocol: transportOf(told.get('PROTOCOL')),
    dstPort: portOf(told.get('PORT')),
    isInformation: /^(?:info|ig)/i.test(told.get('TYPE') ?? ''),
    severity: told.get('SEVERITY')?.slice(0, 2),
  }
}

/** Whether a detection was found gone; it is then no weakness of the host any more. */
export function isFixed(told: Told): boolean {
  return /^fixed$/i.test(told.get('STATUS') ?? told.get('VULN_STATUS') ?? '')
}

/** Writes rows of hosts, of ports that detections name (each once a host), and of detections. */
export class HostRows {
  readonly #findings: Findings
  readonly #met = new Met()

  constructor(findings: Findings) {
    this.#findings = findings
  }

  scan(host: Host, element: XmlElement, end: number, time: number, name: string): void {
    this.#findings.write({
      time,
      offset: element.offset,
      end,
      ...(host.dst && { dst: host.dst }),
      texts: [
        [Text.signatureId, scanned],
        [Text.signature, name],
        [Text.host, host.host],
      ],
    })
  }

  detection(found: Detection, weakness: Weakness | undefined): void {
    const { time, offset, end, dst, host, protocol, dstPort } = found
    const at = { time, offset, end, ...(dst && { dst }), protocol, dstPort }
    if (dstPort > 0 && this.#met.isNew(`${dst?.join(' ') ?? host} ${protocol} ${dstPort}`)) {
      this.#findings.write({
        ...at,
        texts: [
          [Text.signatureId, openPort],
          [Text.host, host],
        ],
      })
    }
    this.#findings.write({
      ...at,
      severity: severityOf(weakness?.severity ?? found.severity, found.isInformation),
      texts: [
        [Text.signatureId, found.qid],
        [Text.signature, weakness?.title],
        [Text.category, weakness?.category],
        [Text.cve, cvesOf(weakness?.cves ?? '')],
        [Text.host, host],
      ],
    })
  }
}
