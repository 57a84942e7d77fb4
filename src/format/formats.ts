import type { Format } from './format.ts'
import type { Mapping } from './mapping/spec.ts'
import { mappedFormat } from './mapping.ts'
import { formats as builtIn } from './registry.ts'

/** The formats of a run: those that are built in, and behind them those of the configuration. */
export class Formats {
  readonly list: readonly Format[]
  readonly ids: readonly string[]
  readonly mappings: readonly Mapping[]

  /** @param mappings without errors (`mappingErrors`), each with a name of its own */
  constructor(mappings: readonly Mapping[] = []) {
    this.mappings = mappings
    this.list = mappings.length === 0 ? builtIn : [...builtIn, ...mappings.map(mappedFormat)]
    this.ids = this.list.map(({ id }) => id)
  }

  byId(id: string): Format | undefined {
    return this.list.find((format) => format.id === id)
  }

  /** The number that rows of a format carry. */
  number(format: Format): number {
    return this.list.indexOf(format)
  }

  /** What a format was made of, for another thread to make it again; undefined where it is built in. */
  mapping(id: string): Mapping | undefined {
    return this.mappings.find((mapping) => mapping.id === id)
  }
}

/** Where nothing is configured. */
export const builtInFormats = new Formats()
