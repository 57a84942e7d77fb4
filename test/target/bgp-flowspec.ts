import { ExaBgpOfTest } from './exabgp.ts'
import type { Sample } from './sample.ts'
import { whyNoNamespaces } from './workplace.ts'

export default {
  missing: () => whyNoNamespaces('exabgp', 'mkfifo'),
  open: async (folder) => {
    const exabgp = await ExaBgpOfTest.start(folder)
    return {
      settings: { kind: 'bgp-flowspec', pipe: exabgp.pipe },
      enter: (network) => exabgp.tell(`announce flow route { match { source ${network}; } then { discard; } }`),
      breakIt: async () => {
        await exabgp.stop()
        return /does not run|does not answer/
      },
      close: () => exabgp.remove(),
    }
  },
  refused: [
    [{ kind: 'bgp-flowspec', pipe: '/run/exabgp/exabgp.out' }, /ends in \.in/],
    [{ kind: 'bgp-flowspec', pipe: 'exabgp.in' }, /whole path/],
    [{ kind: 'bgp-flowspec', packetBytes: 0 }, /packetBytes/],
    [{ kind: 'bgp-flowspec', mostFlows: 0 }, /mostFlows/],
  ],
} satisfies Sample
