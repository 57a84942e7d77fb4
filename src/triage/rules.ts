import type { DecisionKind } from '../case/case.ts'
import type { SourceKind } from './question/who.ts'

/** What the rules read. The same facts give the same decision; they are printed with it. */
export interface DecisionFacts {
  /** How sure it is that a scanned system shows compromise: 0 where nothing does. */
  readonly compromise: number
  /** The same of attempted exploitation. */
  readonly exploitation: number
  /** How sure a list is that the source belongs to a known threat actor. */
  readonly actor: number
  /** The same of any malicious activity. */
  readonly malicious: number
  readonly authorised: 'in-scope' | 'out-of-scope' | 'none'
  readonly source: SourceKind
  readonly aimed: 'yes' | 'no' | 'unknown'
  /** How many services answered. */
  readonly open: number
  /** How sure detection is of the scan. */
  readonly scan: number
}

export interface Rule {
  readonly id: string
  readonly title: string
  readonly decision: DecisionKind
  /** How sure the rule is, 0 where it does not apply. */
  applies(facts: DecisionFacts): number
  /** What would turn it round. */
  readonly reverse: readonly string[]
}

/** What is less sure than this does not decide. */
const enough = 0.5

/*
 * How sure the rules are was set so that about that share of their decisions is right over one half of the evaluation set, and is
 * told of the other half (docs/evaluation.md, "Decisions"). No rule is surer than this, though hundreds of its decisions were all
 * right: the set is not the world.
 */
const surest = 0.97

/**
 * The decision for escalation (requirements E1-E4), as one table. The first rule that applies decides; the last one always
 * applies. `decisions:` in sweepwatch.yaml changes what a rule decides, or switches it off.
 *
 * Two things are not as plain as they look. An authorised scanner that tries exploits inside its scope does what it was asked to
 * do, so E3 leaves it alone; E4 never does. And an authorised source outside its scope is not excused: it falls through to E1,
 * of which it is the suspicious kind whether or not it is external.
 */
export const rules: readonly Rule[] = [
  {
    id: 'E4',
    title: 'A scanned system shows signs of compromise',
    decision: 'escalate',
    applies: ({ compromise }) => (compromise >= enough ? compromise : 0),
    reverse: [
      'The owner of the system explains what it did afterwards (backup, migration, administration).',
      'Its logs and memory show nothing.',
    ],
  },
  {
    id: 'E3',
    title: 'Attempted exploitation followed the scan',
    decision: 'escalate',
    applies: ({ exploitation, authorised }) => (exploitation >= enough && authorised !== 'in-scope' ? exploitation : 0),
    reverse: [
      'The requests came from a test that was ordered: declare it in the allowlist.',
      'The alert or the words fit an ordinary request.',
    ],
  },
  {
    id: 'E2',
    title: 'The source is associated with a known threat actor',
    decision: 'escalate',
    applies: ({ actor, authorised }) => (actor >= enough && authorised !== 'in-scope' ? actor : 0),
    reverse: ['The list entry is wrong or out of date.', 'The address has changed hands.'],
  },
  {
    id: 'authorised',
    title: 'An authorised scan within its scope',
    decision: 'close',
    // One in twenty: a system was taken behind a declared scan, and no log showed it.
    applies: ({ authorised }) => (authorised === 'in-scope' ? 0.95 : 0),
    reverse: ['The owner named in the entry knows nothing of the scan.', 'Signs that something followed it.'],
  },
  {
    id: 'out-of-scope',
    title: 'An authorised source outside its scope',
    decision: 'escalate',
    applies: ({ authorised, scan }) => (authorised === 'out-of-scope' ? Math.min(surest, scan) : 0),
    reverse: ['The owner widens the entry, with a ticket.'],
  },
  {
    id: 'internal',
    title: 'A system of ours scans without being allowed to',
    decision: 'escalate',
    applies: ({ source, scan }) => (source === 'internal' ? Math.min(surest, scan) : 0),
    reverse: ['Its owner names the program and why it scans: then declare it in the allowlist.'],
  },
  {
    id: 'background',
    title: 'Background noise of the Internet',
    decision: 'close',
    // What is wrong is noise that somebody came back from, unseen.
    applies: ({ aimed }) => (aimed === 'no' ? 0.95 : 0),
    reverse: [
      'The source comes back to what answered.',
      'Other sites of ours see nothing of it: then it is aimed at us.',
    ],
  },
  {
    id: 'research',
    title: 'A research scanner that did nothing but scan',
    decision: 'close',
    applies: ({ source, malicious }) => (source === 'research' && malicious < enough ? 0.93 : 0),
    reverse: ['It logs in or exploits.', 'The name does not lead back to the address.'],
  },
  {
    id: 'partner',
    title: 'A partner that did not declare its scan',
    decision: 'monitor',
    // Watching was enough in nine of ten; in the tenth somebody used the partner's systems, unseen.
    applies: ({ source }) => (source === 'partner' ? 0.9 : 0),
    reverse: ['The partner knows nothing of it: escalate.', 'The partner declares it: allowlist.'],
  },
  {
    id: 'E1',
    title: 'An unknown or suspicious external source scans us on purpose',
    decision: 'escalate',
    applies: ({ source, aimed, scan, malicious }) =>
      aimed === 'yes' && (source === 'unknown-public' || source === 'special' || malicious >= enough)
        ? Math.min(surest, scan)
        : 0,
    reverse: [
      'The scan was ordered: an allowlist entry with owner, scope and expiry.',
      'Other networks are scanned the same way at the same time.',
    ],
  },
  {
    id: 'watch',
    title: 'A scan of which it cannot be told whether it is aimed at us',
    decision: 'monitor',
    // All eleven such cases of a day on an Internet host were noise: more is not known of this rule.
    applies: () => 0.8,
    reverse: ['It comes back to what answered: escalate.', 'Many other sources do the same that day: background.'],
  },
]
