import type { Sign, SignKind } from '../../case/case.ts'

/** From what a compromised system does to what anybody may try. */
const byWeight: readonly SignKind[] = [
  ...(['outbound-volume', 'first-destination', 'inside-scan', 'admin-pair', 'login'] as const),
  ...(['uncommon', 'exploit', 'guessing', 'session'] as const),
]

/** The most telling signs, at most `most`, in time order. */
export function tellingSigns(signs: readonly Sign[], most: number): readonly Sign[] {
  const weight = ({ kind }: Sign) => byWeight.indexOf(kind)
  const ranked = [...signs].sort((a, b) => weight(a) - weight(b) || b.confidence - a.confidence)
  return ranked.slice(0, most).sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
}
