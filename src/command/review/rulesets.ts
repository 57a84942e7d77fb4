import { readFileSync, statSync } from 'node:fs'
import { Problem } from '../../base/problem.ts'
import { bytes } from '../../base/quantity.ts'
import { languageOf } from '../../review/language/registry.ts'
import type { Ruleset } from '../../review/ruleset.ts'

/** No firewall's rules are larger; what is, is something else. */
const mostBytes = 128 << 20

/** @throws Problem `ruleset` for a file that cannot be read or is no ruleset */
export function readRuleset(path: string): Ruleset {
  const text = textOf(path)
  return languageOf(text, path).parse(text, path)
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > mostBytes)
      throw new Problem('ruleset', `${path} has ${bytes(size)}: no ruleset is larger than ${bytes(mostBytes)}`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem('ruleset', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
