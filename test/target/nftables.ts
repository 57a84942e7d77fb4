import type { Sample } from './sample.ts'
import { Workplace, whyNoNamespaces } from './workplace.ts'

export default {
  missing: () => whyNoNamespaces('nft'),
  open: async (folder) => {
    const place = new Workplace(folder)
    const { command } = place.tool('nft')
    return {
      settings: { kind: 'nftables', command },
      flush: async () => void place.run(['nft', 'flush', 'ruleset']),
      enter: async (network) => {
        const element = `${network.replace('/32', '')} comment "theirs"`
        place.run(['nft', `add element inet sweepwatch block_in4 { ${element} }`])
      },
      breakIt: async () => {
        place.breakTools()
        return /nft-of-test|no program/
      },
      close: async () => place.remove(),
    }
  },
  refused: [
    [{ kind: 'nftables', command: 'nft; reboot' }, /list of words/],
    [{ kind: 'nftables', command: [] }, /names no program/],
    [{ kind: 'nftables', command: ['nft', ''] }, /is empty/],
    [{ kind: 'nftables', table: 'filter' }, /table/],
  ],
} satisfies Sample
