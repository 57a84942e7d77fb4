import { readFileSync } from 'node:fs'
import { Problem } from '../../../base/problem.ts'
import { count } from '../../../base/quantity.ts'
import { replaceFile } from '../../../base/replace-file.ts'
import type { Piece } from './piece.ts'

/** Rule numbers of our range, and how many of them may be used in one direction. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly most: number
}

/** Which rule has which number: a rule is taken away by its number, so the number is kept from the change that made it. */
export class Numbers {
  readonly #name: string
  readonly #path: string
  readonly #range: Range
  readonly #taken: Map<string, number>

  private constructor(name: string, path: string, range: Range, taken: Map<string, number>) {
    this.#name = name
    this.#path = path
    this.#range = range
    this.#taken = taken
  }

  /** @throws Problem `target` where the file is damaged */
  static read(name: string, path: string, range: Range): Numbers {
    try {
      return new Numbers(name, path, range, new Map(JSON.parse(textOf(path)) as [string, number][]))
    } catch (cause) {
      throw new Problem('target', `target ${name}: ${path} is damaged`, {
        cause,
        hint: 'Remove it, and the rules in the range from the network ACL.',
      })
    }
  }

  /** As it would be after a change; this one stays as it is. */
  after(wanted: Iterable<Piece>, gone: Iterable<Piece>): Numbers {
    const next = new Numbers(this.#name, this.#path, this.#range, new Map(this.#taken))
    for (const { key } of gone) next.#taken.delete(key)
    for (const { key, egress } of wanted) if (!next.#taken.has(key)) next.#taken.set(key, next.#free(egress))
    return next
  }

  /** Undefined where it was never handed over. */
  of({ key }: Piece): number | undefined {
    return this.#taken.get(key)
  }

  async write(): Promise<void> {
    await replaceFile(this.#path, `${JSON.stringify([...this.#taken])}\n`, 0o600)
  }

  /** Directions are numbered, and limited, apart (Amazon VPC quotas). */
  #free(egress: boolean): number {
    const used = new Set([...this.#taken].filter(([key]) => isEgress(key) === egress).map(([, number]) => number))
    const { from, to, most } = this.#range
    for (let number = from; number <= to && used.size < most; number++) if (!used.has(number)) return number
    const size = Math.min(most, to - from + 1)
    throw new Problem(
      'target',
      `target ${this.#name}: no rule number is left, ${count(size)} are in use; nothing was handed over`,
      {
        hint: 'Revoke what is no longer needed, block wider networks or all ports, widen the range, or use a WAF IP set.',
      },
    )
  }
}

function isEgress(key: string): boolean {
  return key.split(' ')[1] === 'egress'
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '[]'
  }
}
