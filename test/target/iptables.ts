import type { Sample } from './sample.ts'
import { Workplace, whyNoNamespaces } from './workplace.ts'

const families = ['iptables', 'ip6tables']
const tables = ['raw', 'mangle']

export default {
  missing: () => whyNoNamespaces('iptables', 'ipset'),
  open: async (folder) => {
    const place = new Workplace(folder)
    const { command } = place.tool('')
    return {
      settings: { kind: 'iptables', command },
      flush: async () => {
        for (const family of families) {
          for (const table of tables) {
            place.run([family, '-t', table, '-F'])
            place.run([family, '-t', table, '-X'])
          }
        }
        place.run(['ipset', 'destroy'])
      },
      enter: async (network) => {
        place.run(['ipset', 'add', 'sw-block-in4', network, 'comment', 'theirs; reboot'])
      },
      breakIt: async () => {
        place.breakTools()
        return /no program/
      },
      close: async () => place.remove(),
    }
  },
  refused: [
    [{ kind: 'iptables', command: 'sudo' }, /list of words/],
    [{ kind: 'iptables', variant: 'nftables' }, /default, nft, legacy/],
    [{ kind: 'iptables', chain: 'INPUT' }, /chain/],
  ],
} satisfies Sample
