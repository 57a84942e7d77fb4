import type { Pattern } from '../../case/case.ts'
import type { Judged } from '../facts.ts'
import bannerGrab from './banner-grab.ts'
import credentialSpraying from './credential-spraying.ts'
import divided from './divided.ts'
import hitList from './hit-list.ts'
import type { KnownPattern } from './pattern.ts'
import portSet from './port-set.ts'
import tool from './tool.ts'
import twoPhase from './two-phase.ts'

const knownPatterns: readonly KnownPattern[] = [
  twoPhase,
  credentialSpraying,
  hitList,
  divided,
  bannerGrab,
  portSet,
  tool,
]

/** The known patterns that the case matches, the most telling first (requirement A2). */
export function patternsOf(facts: Judged): Pattern[] {
  return knownPatterns.flatMap((pattern) => pattern.find(facts) ?? [])
}
