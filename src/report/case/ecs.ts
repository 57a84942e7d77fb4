import { jsonLine } from '../escape.ts'
import type { CaseExport } from './case.ts'
import { caseDocument } from './ecs/case-document.ts'
import { scanDocument } from './ecs/scan-document.ts'
import { signDocument } from './ecs/sign-document.ts'

const most = 500

/** NDJSON: the case, then its scans, then the signs that followed. */
export default {
  id: 'ecs',
  title: 'Elastic Common Schema, NDJSON',
  about: 'for Elasticsearch, OpenSearch and what reads ECS; one document a line',
  extension: 'ndjson',
  mediaType: 'application/x-ndjson',
  render(theCase, options) {
    const documents = [
      caseDocument(theCase, options),
      ...theCase.scans.slice(0, most).map(({ scan }) => scanDocument(scan, theCase, options)),
      ...(theCase.triage?.signs ?? []).slice(0, most).map((sign) => signDocument(sign, theCase, options)),
    ]
    return documents.map((document) => `${jsonLine(document)}\n`).join('')
  },
} satisfies CaseExport
