import { Text } from '@mantine/core'

const kinds = ['established', 'refused', 'blocked', 'unanswered', 'unknown'] as const

/** What became of the probes, as one bar; the sentence says the same in numbers. */
export function OutcomeBar({
  outcomes,
  text,
}: {
  readonly outcomes: Readonly<Record<string, number>>
  readonly text: string
}) {
  const total = kinds.reduce((sum, kind) => sum + (outcomes[kind] ?? 0), 0)
  return (
    <div>
      <div className="outcomes" aria-hidden="true">
        {kinds.map((kind) => {
          const share = total === 0 ? 0 : (100 * (outcomes[kind] ?? 0)) / total
          return (
            share > 0 && <span key={kind} className={`outcome ${kind}`} style={{ width: `${Math.max(0.5, share)}%` }} />
          )
        })}
      </div>
      <Text size="sm">What became of the probes: {text}.</Text>
    </div>
  )
}
