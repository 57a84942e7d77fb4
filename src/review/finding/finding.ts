import type { Rule } from '../ruleset.ts'
import type { Proposal } from '../tighten.ts'

export const findingKinds = {
  'any-any': 'lets anything in from anywhere',
  'remote-access': 'remote access open to the world',
  'too-wide': 'wider than it has to be',
  'scanners-only': 'used by scanners only',
  unused: 'not used by legitimate traffic',
  shadowed: 'never reached',
  vpn: 'VPN open to the world',
} as const
export type FindingKind = keyof typeof findingKinds
export type Level = 'high' | 'medium' | 'low' | 'note'

/** One thing that is wrong with a rule, and what shows it. */
export interface Reason {
  readonly kind: FindingKind
  readonly level: Level
  readonly text: string
}

/** What is wrong with one rule, and the tighter one. */
export interface Finding {
  readonly ruleset: string
  readonly rule: Rule
  readonly place: string
  readonly level: Level
  readonly reasons: readonly Reason[]
  readonly proposal: Proposal | null
}

export const levels: readonly Level[] = ['high', 'medium', 'low', 'note']
