import { Problem } from '../../base/problem.ts'
import asa from './cisco-asa.ts'
import iptables from './iptables.ts'
import type { Language } from './language.ts'
import nftJson from './nft-json.ts'
import nftText from './nft-text.ts'

/** Every language of firewalls, in the order in which a text is offered to them. */
export const languages: readonly Language[] = [nftJson, iptables, nftText, asa]

export function languageNamed(id: string): Language {
  return languages.find((language) => language.id === id) as Language
}

/** @throws Problem `ruleset` where a text is of no language that is known */
export function languageOf(text: string, name: string): Language {
  const found = languages.find((language) => language.sniff(text))
  if (found) return found
  throw new Problem('ruleset', `${name} is no ruleset of a kind that is known`, {
    hint: `Known are: ${languages.map(({ about }) => about).join('; ')}.`,
  })
}
