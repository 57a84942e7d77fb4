import './pill.css'

/** A word on a colour of contrast 4.5 and more; the word alone tells it. */
export function Pill({ kind, children }: { readonly kind: string; readonly children: string }) {
  return <span className={`pill ${kind}`}>{children}</span>
}

export function SeverityPill({ severity }: { readonly severity: 'low' | 'medium' | 'high' | 'critical' }) {
  return <Pill kind={severity}>{severity}</Pill>
}

/** What the rules say is to be done with a case. */
export function DecisionPill({ decision }: { readonly decision: 'escalate' | 'monitor' | 'close' | null }) {
  if (decision === null) return <Pill kind="quiet">not triaged</Pill>
  return <Pill kind={`decision-${decision}`}>{decision}</Pill>
}
