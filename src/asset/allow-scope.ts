import { parseAddress } from '../base/address.ts'
import { contains, type Prefix, parsePrefix } from '../base/prefix.ts'
import { PrefixTable } from '../base/prefix-table.ts'
import { Problem } from '../base/problem.ts'
import { entryErrors, expiryOf } from './allow-entry.ts'
import type { AllowEntry } from './asset.ts'
import { type PortScope, portScopeOf } from './port-scope.ts'
import { openRecurrence, type Recurrence } from './recurrence.ts'

/** Networks that are asked for an address, and for another network. */
export class Networks {
  readonly #prefixes: readonly Prefix[]
  readonly #table = new PrefixTable()

  constructor(texts: readonly string[]) {
    this.#prefixes = texts.flatMap((text) => parsePrefix(text) ?? [])
    for (const [k, prefix] of this.#prefixes.entries()) this.#table.add(prefix, k)
  }

  /** Whether one of them holds the address or the whole network; a text that is neither is held by none. */
  holds(text: string): boolean {
    if (text.includes('/')) {
      const inner = parsePrefix(text)
      return inner !== undefined && this.#prefixes.some((p) => p.bits <= inner.bits && contains(p, ...inner.address))
    }
    const address = parseAddress(text)
    return address !== undefined && this.#table.find(...address) >= 0
  }
}

/** An entry, read. Undefined parts are not limited. */
export interface AllowScope {
  readonly entry: AllowEntry
  readonly sources: Networks
  readonly targets: Networks | undefined
  readonly ports: PortScope | undefined
  readonly methods: ReadonlySet<string> | undefined
  readonly window: Recurrence | undefined
  /** Milliseconds. */
  readonly expires: number
}

/** @throws Problem `allow` that says everything that is wrong with the entry */
export async function openScope(entry: AllowEntry): Promise<AllowScope> {
  const errors = await entryErrors(entry)
  if (errors.length > 0) {
    throw new Problem(
      'allow',
      `the allowlist entry ${entry.id || '(without id)'} cannot be used: ${errors.join('; ')}`,
      {
        hint: 'Every entry names sources, an owner, a reason and an expiry; docs/assets.md shows one.',
      },
    )
  }
  const { sources, targets, ports, methods, window, expires } = entry
  return {
    entry,
    sources: new Networks(sources),
    targets: targets.length === 0 ? undefined : new Networks(targets),
    ports: ports.length === 0 ? undefined : portScopeOf(ports),
    methods: methods.length === 0 ? undefined : new Set(methods),
    window: window === undefined ? undefined : ((await openRecurrence(window)) as Recurrence),
    expires: expiryOf(expires),
  }
}
