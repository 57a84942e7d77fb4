import { CsvTableReader } from '../framing/csv-table.ts'
import { Findings } from '../framing/finding.ts'
import type { ContainerFormat } from './format.ts'
import { isHeader, QualysTable } from './qualys-csv/table.ts'

const mostLines = 20

const format: ContainerFormat = {
  id: 'qualys-csv',
  title: 'Qualys reports (CSV)',
  about:
    'CSV of Qualys VM and VMDR: scan results, reports of assets and of vulnerabilities, with the lines that stand before the ' +
    'table or without; columns are found by name. One row for each host when it is first met, one for each port that a ' +
    'detection names, one for each detection; what is fixed is ignored. Severity: Qualys 5 is critical, 4 high, 3 medium, ' +
    '2 and 1 low, or the word that stands there; information gathered has none. Of dates with slashes the month comes ' +
    "first, unless it cannot. Documented in Qualys's online help, Report Templates.",
  blind: ['who scanned', 'hosts without a detection'],
  framing: 'container',
  sniff(head) {
    const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
    for (const line of text.split(/\r?\n/, mostLines)) {
      if (isHeader(line.split(',').map((field) => field.replace(/^(?:\xef\xbb\xbf)?"?|"$/g, '')))) return 0.95
    }
    return 0
  },
  open({ newest }, sink) {
    const table = new QualysTable(new Findings(sink, newest))
    return new CsvTableReader(sink.tally, (fields, offset, end) => table.take(fields, offset, end))
  },
}

export default format
