import { type SetSpec, setName } from './set-spec.ts'

/** Inward before connection tracking; outward there is no raw table, and mangle is the first that sees forwarded packets leave. */
export const tables = {
  in: { table: 'raw', hook: 'PREROUTING' },
  out: { table: 'mangle', hook: 'POSTROUTING' },
} as const
export type Direction = keyof typeof tables
export const chain = 'SWEEPWATCH'

/** Of a set: 65,536, ipset's own choice, would not do. */
const mostEntries = 1_048_576
/** xt_hashlimit's, packets a second and burst. */
export const mostPackets = 1_000_000
/** ipset(8): 24.8 days. */
export const mostSeconds = 2_147_483

/** The sets that are always there; throttles come with the first of their length and rate. */
export const standingSets: readonly SetSpec[] = (['in', 'out'] as const).flatMap((direction) =>
  ([4, 6] as const).flatMap((family) =>
    [false, true].map((hasPorts) => ({ direction, family, hasPorts, throttle: null })),
  ),
)

export function createLine(spec: SetSpec): string {
  const type = spec.hasPorts ? 'hash:net,port' : 'hash:net'
  return `create ${setName(spec)} ${type} family ${familyWord(spec)} maxelem ${mostEntries} timeout 0 counters comment`
}

/** Whether a set that `ipset save` shows (without the name) is as ours are made; sizes may differ. */
export function isSet(spec: SetSpec, described: string): boolean {
  const words = described.split(' ')
  return (
    words[0] === (spec.hasPorts ? 'hash:net,port' : 'hash:net') &&
    words[words.indexOf('family') + 1] === familyWord(spec) &&
    ['timeout', 'counters', 'comment'].every((word) => words.includes(word)) &&
    !words.includes('skbinfo')
  )
}

function familyWord({ family }: SetSpec): string {
  return family === 4 ? 'inet' : 'inet6'
}

/**
 * The rule of a set, as `iptables-save` writes it. A throttle asks the set twice: its counter shall count what is dropped, and ipset
 * counts whenever it is asked.
 */
export function ruleLine(spec: SetSpec): string {
  const name = setName(spec)
  const ways = spec.direction === 'in' ? 'src,dst' : 'dst,src'
  const match = `-m set --match-set ${name} ${spec.hasPorts ? ways : ways.slice(0, 3)}`
  if (spec.throttle === null) return `-A ${chain} ${match} -j DROP`
  const { bits, rate } = spec.throttle
  const [address, port] = spec.direction === 'in' ? ['src', 'dst'] : ['dst', 'src']
  const mask = bits === (spec.family === 4 ? 32 : 128) ? '' : ` --hashlimit-${address}mask ${bits}`
  const mode = `${address}ip${spec.hasPorts ? `,${port}port` : ''}`
  const limit = `-m hashlimit --hashlimit-above ${rate.perSecond}/sec --hashlimit-burst ${rate.burst}`
  return `-A ${chain} ${match} ! --update-counters ${limit} --hashlimit-mode ${mode} --hashlimit-name ${name}${mask} ${match} -j DROP`
}

export function jumpLine(direction: Direction): string {
  return `-A ${tables[direction].hook} -j ${chain}`
}
