import { readFile } from 'node:fs/promises'
import { Problem } from '../../../base/problem.ts'
import { replaceFile } from '../../../base/replace-file.ts'

/** A denial that a consumer took. */
export interface Rule {
  readonly until: string
  /** As it told; null where it told none. */
  readonly number: number | null
}

/** What was denied and not taken back, by its traffic: a consumer cannot be asked for it. */
export class Rules {
  readonly #path: string
  readonly #rules: Map<string, Rule>

  private constructor(path: string, rules: Map<string, Rule>) {
    this.#path = path
    this.#rules = rules
  }

  /** @throws Problem `target` where the file is damaged */
  static async read(name: string, path: string): Promise<Rules> {
    const text = await readFile(path, 'utf8').catch(() => '[]')
    try {
      return new Rules(path, new Map(JSON.parse(text) as [string, Rule][]))
    } catch (cause) {
      throw new Problem('target', `target ${name}: ${path} is damaged`, {
        cause,
        hint: 'Remove it. What was denied then ends by itself and cannot be taken back from here.',
      })
    }
  }

  get(key: string): Rule | undefined {
    return this.#rules.get(key)
  }

  set(key: string, rule: Rule): void {
    this.#rules.set(key, rule)
  }

  delete(key: string): void {
    this.#rules.delete(key)
  }

  /** Forgets what has ended. @param at milliseconds since 1970 */
  forget(at: number): void {
    for (const [key, { until }] of this.#rules) if (Date.parse(until) <= at) this.#rules.delete(key)
  }

  async write(): Promise<void> {
    await replaceFile(this.#path, `${JSON.stringify([...this.#rules])}\n`, 0o600)
  }
}
