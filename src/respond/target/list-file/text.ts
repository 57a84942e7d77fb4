import { parsePrefix } from '../../../base/prefix.ts'
import type { Block } from '../../respond.ts'
import { type Form, keyOf, type Line, lineOf, readLine } from './line.ts'

/** The lines of a list. Those of others keep their place and their bytes; ours stand behind them, in the order of addresses. */
export class ListText {
  readonly #form: Form
  readonly #theirs: Line[] = []
  /** By what tells one entry from another. */
  readonly #ours = new Map<string, Line>()

  constructor(text: string, form: Form) {
    this.#form = form
    const lines = text.split('\n')
    if (lines.at(-1) === '') lines.pop()
    for (const raw of lines) {
      const line = readLine(raw, form)
      if (line.isOurs && parsePrefix(line.network) !== undefined) this.#ours.set(ownKey(raw), line)
      else this.#theirs.push(line)
    }
  }

  /** Lines with an entry. */
  get lines(): readonly Line[] {
    return [...this.#theirs.filter(({ network }) => network !== ''), ...this.#ours.values()]
  }

  get size(): number {
    return this.#ours.size + this.#theirs.filter(({ network }) => network !== '').length
  }

  /** Of two wanted entries that look alike the one that ends later stands. */
  change(remove: readonly Block[], wanted: readonly Block[]): void {
    for (const block of remove) this.#ours.delete(keyOf(block, this.#form))
    const last = new Map<string, Block>()
    for (const block of wanted) {
      const key = keyOf(block, this.#form)
      if ((last.get(key)?.until ?? '') < block.until) last.set(key, block)
    }
    for (const [key, block] of last) {
      const raw = lineOf(block, this.#form)
      if (this.#ours.get(key)?.raw !== raw) this.#ours.set(key, readLine(raw, this.#form))
    }
  }

  toString(): string {
    const own = [...this.#ours.values()].map(({ raw }) => ({ raw, place: placeOf(raw) }))
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
