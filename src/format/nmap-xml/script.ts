import { cvesOf, severityOfScore, severityOfWord } from '../../framing/finding.ts'
import type { XmlElement } from '../../framing/xml.ts'

const mostElements = 64
const mostWeaknesses = 4096

/** What a script says of a port or host. */
export interface ScriptWeakness {
  readonly id: string
  readonly name: string
  readonly category: string
  readonly cve: string | undefined
  readonly severity: number
}

/** A table of a script's structured output (nmap.dtd): values with or without a key, tables inside it. */
interface Table {
  readonly key: string
  readonly values: Map<string, string>
  /** Ids that the vulns library puts into a table of its own. */
  ids: string
  score: string
}

/** Collects the weaknesses that scripts report in structured output; of older ones, those that the vulns library words. */
export class Scripts {
  readonly #tables: Table[] = []
  #found: ScriptWeakness[] = []
  #script = ''
  #before = 0

  open({ name, attributes }: XmlElement): void {
    if (name === 'script') {
      this.#tables.length = 0
      this.#script = attributes['id'] ?? ''
      this.#before = this.#found.length
    }
    this.#tables.push({ key: attributes['key'] ?? '', values: new Map(), ids: '', score: '' })
  }

  close({ name, attributes, text }: XmlElement): void {
    if (name === 'elem') {
      const values = this.#tables.at(-1)?.values
      if (values && values.size < mostElements) values.set(attributes['key'] ?? `${values.size}`, text.trim())
      return
    }
    const table = this.#tables.pop()
    if (table === undefined) return
    if (name === 'table') this.#judge(table, this.#tables.at(-1))
    else if (this.#found.length === this.#before) this.#judgeOutput(attributes['output'] ?? '')
  }

  /** The weaknesses since the last call. */
  take(): readonly ScriptWeakness[] {
    const found = this.#found
    this.#found = []
    this.#before = 0
    return found
  }

  #judge(table: Table, outer: Table | undefined): void {
    const { key, values } = table
    if (outer && key === 'ids') outer.ids = [...values.values()].join(' ')
    if (outer && key === 'scores') outer.score = [...values.values()].join(' ')
    const id = values.get('id')
    const cvss = values.get('cvss')
    if (id && cvss && values.has('type')) {
      this.#add({ id, name: id, category: this.#script, cve: cvesOf(id), severity: severityOfScore(Number(cvss)) })
    } else if (isFound(values.get('state'))) {
      const score = Number(/\d+(?:\.\d+)?/.exec(table.score)?.[0])
      const word = values.get('risk_factor') ?? ''
      this.#add({
        id: this.#script,
        name: values.get('title') || key,
        category: 'vulns',
        cve: cvesOf(`${key} ${table.ids}`),
        severity: severityOfScore(score) || severityOfWord(word),
      })
    }
  }

  /** What scripts wrote before their output was structured, and still write beside it. */
  #judgeOutput(output: string): void {
    const text = output.slice(0, 1 << 14)
    if (!isFound(/^\s*State: ([A-Z ]+)/m.exec(text)?.[1])) return
    const name = /VULNERABLE:\s*\n\s*(\S[^\n]*)/.exec(text)?.[1] ?? this.#script
    const severity = severityOfWord(/Risk factor: (\w+)/.exec(text)?.[1] ?? '')
    this.#add({ id: this.#script, name, category: 'vulns', cve: cvesOf(text), severity })
  }

  #add(weakness: ScriptWeakness): void {
    if (this.#found.length < mostWeaknesses) this.#found.push(weakness)
  }
}

function isFound(state: string | undefined): boolean {
  return /^(?:LIKELY )?VULNERABLE/.test(state?.trim() ?? '')
}
