import { readFile, stat } from 'node:fs/promises'
import { formatPrefix, parsePrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { bytes, count, several } from '../../base/quantity.ts'
import { replaceFile } from '../../base/replace-file.ts'
import type { Applied, Change, Listed, Listing, Scope } from '../respond.ts'
import { exclusive } from './exclusive.ts'
import { type Form, keyOf, lineOf } from './list-file/line.ts'
import { ListText } from './list-file/text.ts'

export interface ListFileOptions {
  /** Of the target, for messages. */
  readonly name: string
  readonly path: string
  readonly form: Form
  /** Lines that whoever reads the file takes. */
  readonly mostEntries: number
  /** A directory of the target's own. */
  readonly state: string
}

/** A list is a few MB; what is larger is none. */
const mostBytes = 64 << 20
/** Firewalls that fetch the file run as somebody else. */
const mode = 0o644

/** A text file with one network a line, in which lines of others stay as they are. */
export class ListFile {
  readonly #options: ListFileOptions

  constructor(options: ListFileOptions) {
    this.#options = options
  }

  preview({ add, remove }: Change): string {
    const { form } = this.#options
    return [
      ...remove.map((block) => `- ${keyOf(block, form)}\n`),
      ...add.map((block) => `+ ${lineOf(block, form)}\n`),
    ].join('')
  }

  async apply({ add, remove, desired }: Change, signal: AbortSignal): Promise<Applied> {
    signal.throwIfAborted()
    const { name, path, form, mostEntries, state } = this.#options
    return exclusive(name, state, signal, async () => {
      const before = await this.#text()
      const list = new ListText(before ?? '', form)
      list.change(remove, [...desired, ...add])
      if (list.size > mostEntries) throw this.#full(list.size)
      const after = list.toString()
      signal.throwIfAborted()
      if (after !== before) await replaceFile(path, after, mode).catch((cause: Error) => this.#fail('written', cause))
      const outcome = after === before ? 'already' : 'applied'
      return { outcome, detail: `${several(add.length, 'line')} in, ${several(remove.length, 'line')} out` }
    })
  }

  async list(signal: AbortSignal): Promise<Listing> {
    signal.throwIfAborted()
    const text = await this.#text()
    const entries: Listed[] = []
    let unknown = 0
    for (const line of new ListText(text ?? '', this.#options.form).lines) {
      const prefix = parsePrefix(line.network)
      if (prefix === undefined) unknown++
      else entries.push({ ...blocked, ...line.scope, network: formatPrefix(prefix), until: line.until })
    }
    signal.throwIfAborted()
    const strange =
      unknown === 0 ? [] : [`${several(unknown, 'line')} of ${this.#options.path} that begin with no network`]
    return { intact: text !== undefined, entries, strange }
  }

  /** Undefined where there is no file. */
  async #text(): Promise<string | undefined> {
    const { name, path } = this.#options
    const size = await stat(path).then(
      (known) => known.size,
      (cause: NodeJS.ErrnoException) => (cause.code === 'ENOENT' ? -1 : this.#fail('read', cause)),
    )
    if (size < 0) return undefined
    if (size > mostBytes) throw new Problem('target', `target ${name}: ${path} is larger than ${bytes(mostBytes)}`)
    return readFile(path, 'utf8').catch((cause: Error) => this.#fail('read', cause))
  }

  #full(size: number): Problem {
    const { name, mostEntries } = this.#options
    return new Problem(
      'target',
      `target ${name}: the list would have ${count(size)} entries, ${count(mostEntries)} are taken; nothing was changed`,
      {
        hint: 'Revoke what is no longer needed, block wider networks, or set `mostEntries` to what your device takes.',
      },
    )
  }

  #fail(what: string, cause: Error): never {
    const { name, path } = this.#options
    throw new Problem('target', `target ${name}: ${path} cannot be ${what}: ${cause.message}`, {
      cause,
      hint: 'Its folder must be there, and writable for Sweepwatch: the file is replaced as a whole.',
    })
  }
}

const everything: Scope = { direction: 'both', ports: [], protocol: 'any' }
const blocked = { ...everything, measure: 'block', rate: null, dropped: null } as const
