import { Problem } from '../../base/problem.ts'
import type { Language } from './language.ts'
import { rulesetOfObjects } from './nft/objects.ts'
import { replaceNft } from './nft/render.ts'
import { type Json, objectOf } from './nft/values.ts'

export default {
  id: 'nft-json',
  title: 'nftables, JSON',
  about: 'the output of `nft -j -a list ruleset`; libnftables-json(5)',
  sniff: (text) => /^\s*\{\s*"nftables"\s*:/.test(text.slice(0, 1000)),
  parse(text, name) {
    return rulesetOfObjects(objectsOf(text, name), name, 'nft-json', () => ({ text: '' }))
  },
  replace: replaceNft,
} satisfies Language

function objectsOf(text: string, name: string): readonly Json[] {
  try {
    const objects = objectOf(JSON.parse(text) as Json)?.['nftables']
    if (Array.isArray(objects)) return objects
  } catch (cause) {
    throw new Problem('ruleset', `${name} is no whole JSON: ${(cause as Error).message.slice(0, 200)}`, {
      cause,
      hint: 'Write it again: nft -j -a list ruleset > ruleset.json',
    })
  }
  throw new Problem('ruleset', `${name} has no list "nftables"`)
}
