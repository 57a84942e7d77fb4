import type { Language } from './language.ts'
import { rulesetOfObjects } from './nft/objects.ts'
import { replaceNft } from './nft/render.ts'
import { objectsOfText } from './nft/text/document.ts'

export default {
  id: 'nft-text',
  title: 'nftables',
  about: 'the output of `nft -a list ruleset` (without -a there are no handles, and no tighter rules as text); nft(8)',
  sniff: (text) => /^table (?:(?:ip|ip6|inet|arp|bridge|netdev) )?\S+ \{/m.test(text.slice(0, 20_000)),
  parse(text, name) {
    return rulesetOfObjects(objectsOfText(text), name, 'nft-text', ({ text, line }) => ({
      text: String(text),
      ...(typeof line === 'number' && { line }),
    }))
  },
  replace: replaceNft,
} satisfies Language
