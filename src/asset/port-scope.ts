import { ranges } from '../base/quantity.ts'

interface PortRange {
  /** Undefined: of any protocol. */
  readonly protocol: string | undefined
  readonly from: number
  readonly to: number
}

const spec = /^(?:(tcp|udp|sctp)\/)?(\d{1,5})(?:-(\d{1,5}))?$/
const withPorts: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp'])

/** The ports that an allowlist entry declares. */
export class PortScope {
  readonly #ranges: readonly PortRange[]

  constructor(ranges: readonly PortRange[]) {
    this.#ranges = ranges
  }

  /**
   * Whether the port is declared. Where a scan used several protocols, and a probe does not tell which of them, the port must be
   * declared for each.
   */
  has(port: number, protocols: readonly string[]): boolean {
    const ported = protocols.filter(hasPorts)
    const asked: readonly (string | undefined)[] = ported.length === 0 ? [undefined] : ported
    return asked.every((protocol) =>
      this.#ranges.some(
        (range) =>
          port >= range.from && port <= range.to && (range.protocol === undefined || range.protocol === protocol),
      ),
    )
  }
}

/** Whether probes of a protocol ask for ports; those of others (ICMP, ARP) are judged by their method alone. */
export function hasPorts(protocol: string): boolean {
  return withPorts.has(protocol)
}

/** @returns undefined where one of the texts is none of `80`, `1000-2000`, `tcp/443` */
export function portScopeOf(texts: readonly string[]): PortScope | undefined {
  const found = texts.map(portRangeOf)
  return found.includes(undefined) ? undefined : new PortScope(found as PortRange[])
}

export function portRangeOf(text: string): PortRange | undefined {
  const match = spec.exec(text.trim().toLowerCase())
  if (!match) return undefined
  const from = Number(match[2])
  const to = match[3] === undefined ? from : Number(match[3])
  return from <= to && to <= 65535 ? { protocol: match[1], from, to } : undefined
}

/** The ports as an entry writes them, for one protocol where there is one only. */
export function portTexts(ports: readonly number[], protocols: readonly string[]): string[] {
  const asked = ports.filter((port) => port > 0)
  if (asked.length === 0) return []
  const ported = protocols.filter(hasPorts)
  const before = ported.length === 1 ? `${ported[0]}/` : ''
  return ranges(asked, asked.length)
    .split(', ')
    .map((range) => `${before}${range}`)
}
