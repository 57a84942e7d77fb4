import { momentOf } from '../base/moment.ts'
import { parsePrefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import type { ScanExtent } from './asset.ts'
import { portRangeOf } from './port-scope.ts'

/** A scan that somebody asks about, as typed. */
export interface AskedScan {
  readonly at: string
  readonly until: string | undefined
  /** Addresses and networks. */
  readonly sources: readonly string[]
  readonly targets: readonly string[]
  /** `443`, `tcp/443`. */
  readonly ports: readonly string[]
  readonly methods: readonly string[]
}

/** What is asked, for the allowlist to judge: what is not given is not judged. @throws Problem `usage` */
export function askedExtent({ at, until, sources, targets, ports: texts, methods }: AskedScan): ScanExtent {
  const wrong = [...sources, ...targets].find((text) => parsePrefix(text) === undefined)
  if (wrong !== undefined) throw new Problem('usage', `${wrong} is no address and no network`)
  const ports = texts.map((text) => {
    const range = portRangeOf(text)
    if (range !== undefined && range.from === range.to) return range
    throw new Problem('usage', `--port ${text}: not a port`, { hint: 'Write 443 or tcp/443.' })
  })
  const first = Date.parse(momentOf('--at', at))
  const protocols = [...new Set(ports.map(({ protocol }) => protocol ?? 'tcp'))]
  return {
    sources,
    methods,
    protocols: protocols.length === 0 ? ['tcp'] : protocols,
    first,
    last: until === undefined ? first : Date.parse(momentOf('--until', until)),
    touches: [],
    blocks: targets,
    ports: ports.map(({ from }) => from),
  }
}
