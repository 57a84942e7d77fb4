import { shortNetwork } from '../../network.ts'
import type { Block, Scope } from '../../respond.ts'
import { commentOf } from '../../sound.ts'

/** How lines are written. */
export interface Form {
  /** A second column: `tcp/22,443`, or `-` for all. */
  readonly ports: boolean
  /** `# sweepwatch PLAN until TIME` behind it: tells our lines from those of others. */
  readonly comments: boolean
  /** Single addresses without `/32` and `/128`. */
  readonly bare: boolean
}

/** One line that was read. */
export interface Line {
  readonly raw: string
  /** Its first word; need not be a network. Empty: a comment or nothing. */
  readonly network: string
  readonly scope: Pick<Scope, 'ports' | 'protocol'>
  readonly isOurs: boolean
  readonly until: string | null
}

/** What a line says before its comment: lines with the same words are the same entry. */
export function keyOf(block: Block, { ports, bare }: Form): string {
  const network = bare ? shortNetwork(block.network) : block.network
  if (!ports) return network
  return `${network} ${block.ports.length === 0 ? '-' : `${block.protocol}/${block.ports.join()}`}`
}

export function lineOf(block: Block, form: Form): string {
  const key = keyOf(block, form)
  return form.comments ? `${key} # ${commentOf(block)} until ${block.until}` : key
}

const ours = /# sweepwatch [0-9a-f]+ until (\d{4}-\d\d-\d\dT[\d:.]+Z)$/
const portColumn = /^(tcp|udp)\/(\d{1,5}(?:,\d{1,5})*)$/
const all = { ports: [], protocol: 'any' } as const

export function readLine(raw: string, { ports, comments }: Form): Line {
  const [entry = ''] = raw.split(/[#;]/, 1)
  const [network = '', second = ''] = entry.trim().split(/\s+/)
  const found = ports ? portColumn.exec(second) : null
  const scope =
    found === null ? all : { protocol: found[1] as 'tcp' | 'udp', ports: (found[2] as string).split(',').map(Number) }
  const until = ours.exec(raw.trimEnd())?.[1] ?? null
  return { raw, network, scope, isOurs: !comments || until !== null, until }
}
