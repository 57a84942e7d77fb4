import { parsePrefix } from '../../../base/prefix.ts'
import type { Block } from '../../respond.ts'
import { type Form, keyOf, type Line, lineOf, readLine } from './line.ts'

/** The lines of a list. Those of others keep their place and their bytes; ours stand behind them, in the order of addresses. */
export class ListText {
  readonly #form: Form
  readonly #theirs: Line[] = []
  /** By what tells one entry from another. */
  readonly #ours = new Map<string, string>()

  constructor(text: string, form: Form) {
    this.#form = form
    const lines = text.split('\n')
    if (lines.at(-1) === '') lines.pop()
    for (const raw of lines) {
      const line = readLine(raw, form)
      if (line.isOurs && parsePrefix(line.network) !== undefined) this.#ours.set(ownKey(raw), raw)
      else this.#theirs.push(line)
    }
  }

  /** Lines with an entry. */
  get lines(): readonly Line[] {
    const own = [...this.#ours.values()].map((raw) => readLine(raw, this.#form))
    return [...this.#theirs.filter(({ network }) => network !== ''), ...own]
  }

  get size(): number {
    return this.#ours.size + this.#theirs.filter(({ network }) => network !== '').length
  }

  /** Of two wanted entries that look alike the one that ends later stands. */
  change(remove: readonly Block[], wanted: readonly Block[]): void {
    for (const block of remove) this.#ours.delete(keyOf(block, this.#form))
    const ends = new Map<string, string>()
    for (const block of wanted) {
      const key = keyOf(block, this.#form)
      if ((ends.get(key) ?? '') > block.until) continue
      ends.set(key, block.until)
      this.#ours.set(key, lineOf(block, this.#form))
    }
  }

  toString(): string {
    const own = [...this.#ours.values()].map((raw) => ({ raw, place: placeOf(raw) }))
    own.sort((a, b) => (a.place < b.place ? -1 : 1))
    return [...this.#theirs, ...own].map(({ raw }) => `${raw}\n`).join('')
  }
}

function ownKey(raw: string): string {
  return (raw.split(' #', 1)[0] as string).trim()
}

/** Sorts as the networks do, IPv4 first; then by what follows. */
function placeOf(raw: string): string {
  const prefix = parsePrefix(raw.split(' ', 1)[0] as string)
  const words = prefix === undefined ? [] : [...prefix.address, prefix.bits]
  return `${words.map((word) => word.toString(16).padStart(8, '0')).join('')} ${raw}`
}
