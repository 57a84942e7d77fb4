import { escalated } from '../fixtures/case/sample.ts'
import type { CaseEventBody } from '../src/case/case.ts'
import type { CaseStore } from '../src/store/case-store.ts'

/** Fields whose words are this project's own: no log, no list and no person ever writes them. */
const ownWords = new Set([
  ...['type', 'kind', 'status', 'state', 'severity', 'outcome', 'question', 'answer', 'decision', 'means', 'scope'],
  ...['id', 'criticality', 'direction', 'shape', 'methods', 'knowledge', 'technique', 'encoding', 'key'],
])
/** An address, a network, a time, a digest, an id of ATT&CK. */
const fixed = /^(?:[\da-f.:]+(?:\/\d+)?|\d{4}-\d\d-\d\dT.*|[\da-f]{12,}|T\d{4}(?:\.\d{3})?)$/

/** Writes a case of the whole runbook in which every text that somebody else chooses is this one. */
export function writeHostileCase(store: CaseStore, id: string, text: string): void {
  const changed = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return ownWords.has(key) || fixed.test(value) ? value : text
    if (Array.isArray(value)) return value.map((item) => changed(item, key))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, changed(item, name)]))
  }
  const accomplices = escalated.accomplices.map((accomplice) => ({ kind: 'accomplice', accomplice }) as const)
  const bodies: readonly CaseEventBody[] = [
    ...escalated.history.map(({ body }) => body),
    ...accomplices,
    { kind: 'copied', records: escalated.copied },
  ]
  const entries = bodies.map((body) => ({
    at: escalated.opened,
    author: text,
    reason: text,
    body: changed(body, '') as CaseEventBody,
  }))
  store.append(id, entries)
}
