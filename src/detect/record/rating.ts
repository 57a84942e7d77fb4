import type { Direction, Method, Severity, Shape } from '../finding.ts'
import type { Verdict } from '../judge/judge.ts'
import type { Order } from '../judge/order.ts'
import type { View } from '../judge/view.ts'

/** How sure the verdict is: the score at the decision against its threshold on a logistic scale; 0.98 at the threshold, never 1. */
export function confidenceOf(verdict: Verdict): number {
  const confidence = 1 / (1 + Math.exp(-(verdict.total - verdict.threshold / 2) / 2))
  return Math.min(0.999, Math.round(confidence * 1000) / 1000)
}

export interface Rated {
  readonly direction: Direction
  readonly open: number
  readonly background: boolean | null
  readonly methods: readonly Method[]
  readonly distributed: boolean
  /** Data went both ways on what it found open. */
  readonly conversed: boolean
}

/**
 * Our own hosts scanning is high whatever they find: something runs on them. From outside, background noise is low, a scan
 * that took banners, talked to what it found or was coordinated is high, the rest medium. Critical is for what follows a scan (cases).
 */
export function severityOf(scan: Rated): Severity {
  if (scan.direction === 'internal' || scan.direction === 'outbound') return 'high'
  if (scan.background === true) return 'low'
  if (scan.distributed || ((scan.methods.includes('banner') || scan.conversed) && scan.open > 0)) return 'high'
  return 'medium'
}

export interface Aim {
  readonly direction: Direction
  readonly coverage: number
  readonly order: Order
  readonly distributed: boolean
  readonly shape: Shape
  readonly addresses: number
}

/**
 * Internet background radiation rather than aimed at us (requirement D10). A uniform Internet-wide scan hits our block in
 * proportion to its size, so covering a good share of it, following its order, dividing it among sources or trying many
 * ports of its hosts is aim. On fewer than 16 addresses of ours none of this can be seen.
 */
export function isBackground(view: View, rows: Uint32Array, aim: Aim): boolean | null {
  if (aim.direction !== 'inbound') return aim.direction === 'external' ? null : false
  const first = rows[0] as number
  const a = view.journal.address
  const p = 8 * first + 4
  const block = view.own.blockOf(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
  if (aim.distributed || aim.shape !== 'horizontal') return block !== undefined && block.bits > 124 ? null : false
  if (aim.order.kind !== 'random' && aim.order.kind !== 'unknown') return false
  if (block === undefined || block.bits > 124) return null
  // Where only live targets are seen, the rest was filtered before this sensor: how much was covered cannot be known.
  if (!rows.some((row) => (view.journal.answeredAt[row] as number) === 0)) return null
  const size = 2 ** (128 - Math.max(block.bits, 104))
  if (aim.coverage >= 0.5 && aim.addresses >= 0.1 * Math.min(size, 256)) return false
  return aim.addresses < 0.2 * size
}
