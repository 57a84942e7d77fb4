import { readWrittenTime } from '../../base/written-time.ts'
import { Text } from '../../event/texts.ts'
import {
  cvesOf,
  type Findings,
  hostOf,
  Met,
  openPort,
  portOf,
  scanned,
  severityOfWord,
  transportOf,
} from '../../framing/finding.ts'

/** The columns that are read, under the names that Qualys's reports give them (in small letters, `_` for a blank). */
const columns = {
  ip: ['ip', 'asset ipv4', 'asset ip', 'ip address', 'host ip'],
  ipv6: ['asset ipv6', 'ipv6'],
  name: ['dns', 'hostname', 'fqdn', 'asset name', 'netbios'],
  qid: ['qid'],
  title: ['title', 'vuln title'],
  kind: ['type', 'type detected'],
  severity: ['severity', 'kb severity', 'q severity'],
  port: ['port'],
  protocol: ['protocol'],
  time: ['last detected', 'last found', 'last scan', 'last scan date'],
  cve: ['cve id', 'cveid', 'cve'],
  category: ['category'],
  status: ['vuln status', 'status'],
} as const
type Column = keyof typeof columns

const nameOf = (field: string) => field.trim().toLowerCase().replaceAll('_', ' ')
const placeOf = (names: readonly string[], column: Column) =>
  columns[column].map((name) => names.indexOf(name)).find((place) => place >= 0) ?? -1

/** Whether a record names the columns of a table of detections. */
export function isHeader(fields: readonly string[]): boolean {
  const names = fields.map(nameOf)
  const has = (column: Column) => placeOf(names, column) >= 0
  return has('qid') && has('title') && (has('ip') || has('ipv6'))
}

/** Reads the records of a report: what stands before the table, its header, detections. */
export class QualysTable {
  readonly #findings: Findings
  readonly #hosts = new Met()
  readonly #ports = new Met()
  #places: Readonly<Record<Column, number>> | undefined

  constructor(findings: Findings) {
    this.#findings = findings
  }

  take(fields: readonly string[], offset: number, end: number): void {
    if (isHeader(fields)) {
      const names = fields.map(nameOf)
      const keys = Object.keys(columns) as Column[]
      this.#places = Object.fromEntries(keys.map((key) => [key, placeOf(names, key)])) as Record<Column, number>
      return
    }
    const places = this.#places
    if (places === undefined) {
      this.#findings.ignore()
      return
    }
    const told = (column: Column) => clean(fields[places[column]] ?? '')
    if (!/^\d{1,9}$/.test(told('qid')) || (!told('ip') && !told('ipv6'))) {
      // A summary line of another table, or what was cut off.
      if (fields.length < 6) this.#findings.ignore()
      else this.#findings.damage(offset, 'a record without QID and address')
      return
    }
    if (/^fixed$/i.test(told('status'))) this.#findings.ignore()
    else for (const address of addressesOf(told)) this.#write(told, address, offset, end)
  }

  #write(told: (column: Column) => string, address: string, offset: number, end: number): void {
    const place = hostOf(address, told('name'))
    if (!place.dst) {
      this.#findings.damage(offset, 'no readable address')
      return
    }
    const dstPort = portOf(told('port'))
    const protocol = transportOf(told('protocol'))
    const at = { time: readWrittenTime(told('time')), offset, end, dst: place.dst }
    const key = place.dst.join(' ')
    if (this.#hosts.isNew(key)) {
      const texts = [[Text.signatureId, scanned] as const, [Text.signature, 'Qualys'] as const]
      this.#findings.write({ ...at, texts: [...texts, [Text.host, place.host]] })
    }
    if (dstPort > 0 && this.#ports.isNew(`${key} ${protocol} ${dstPort}`)) {
      const texts = [[Text.signatureId, openPort] as const, [Text.host, place.host] as const]
      this.#findings.write({ ...at, protocol, dstPort, texts })
    }
    this.#findings.write({
      ...at,
      protocol,
      dstPort,
      severity: /^(?:ig|info)/i.test(told('kind')) ? 0 : severityOf(told('severity')),
      texts: [
        [Text.signatureId, told('qid')],
        [Text.signature, told('title')],
        [Text.category, told('category')],
        [Text.cve, cvesOf(told('cve'))],
        [Text.host, place.host],
      ],
    })
  }
}

/** Spreadsheets are kept from counting with an apostrophe; a dash is nothing. */
function clean(field: string): string {
  const text = field.trim().replace(/^'/, '')
  return text === '-' ? '' : text
}

/** An asset may have several addresses; each is a host. */
function addressesOf(told: (column: Column) => string): readonly string[] {
  const addresses = `${told('ip')},${told('ipv6')}`.split(/[,;]/).filter((address) => address.trim() !== '')
  return addresses.slice(0, 16)
}

function severityOf(level: string): number {
  const number = Number(level)
  if (!(number >= 1 && number <= 5)) return severityOfWord(level)
  return Math.max(1, Math.floor(number) - 1)
}
