import { Findings } from '../framing/finding.ts'
import { XmlReader, xmlRoot } from '../framing/xml.ts'
import type { ContainerFormat } from './format.ts'
import { OpenvasReport } from './openvas/report.ts'

const format: ContainerFormat = {
  id: 'openvas',
  title: 'OpenVAS and Greenbone reports (XML)',
  about:
    "Reports of OpenVAS and Greenbone's vulnerability management (GVM), XML as downloaded or as get_reports answers, old and " +
    'new. One row for each host scanned (task, start, end), one for each port of a host that a result or the list of ports ' +
    'names, one for each result, those of level Log without severity; false positives, errors and debug results are ' +
    'ignored. Severity from the CVSS score: above 0 low, 4 medium, 7 high, 9 critical. Not read: descriptions, notes, ' +
    'operating systems, certificates. Documented in the Greenbone Management Protocol (GMP), get_reports.',
  blind: ['who scanned, unless a sensor is named', 'open ports without a result, where the report was filtered'],
  framing: 'container',
  sniff(head) {
    const root = xmlRoot(head)
    if (root === undefined) return 0
    if (root.name === 'get_reports_response') return 1
    if (root.name !== 'report') return 0
    return /<(?:gmp|omp|scan_run_status|scan_start|report_format)\b/.test(root.text) ? 1 : 0.3
  },
  open: ({ newest }, sink) => new XmlReader(sink.tally, new OpenvasReport(new Findings(sink, newest))),
}

export default format
