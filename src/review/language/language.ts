import type { Match } from '../match.ts'
import type { Rule, Ruleset } from '../ruleset.ts'

/** A language of firewalls: how its rules are read, and how a tighter rule is written in it. */
export interface Language {
  /** The file's name. */
  readonly id: string
  readonly title: string
  /** What is read and what is not, and where it is documented. */
  readonly about: string
  /** Whether a text is of this language; of several that think so the first of the registry reads it. */
  sniff(text: string): boolean
  /** Never throws on what it does not understand: it counts it. @throws Problem `ruleset` where nothing of it can be read */
  parse(text: string, name: string): Ruleset
  /**
   * The commands that take a rule away and put others in its place, one for each match, with its action; undefined where the language cannot
   * say it or a name could not be written safely. Only values that were parsed come into it.
   */
  replace(ruleset: Ruleset, rule: Rule, by: readonly Match[]): readonly string[] | undefined
}
