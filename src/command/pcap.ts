import { chooseAction } from './choose-action.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { configOption } from './state-directory.ts'

type Action = (invocation: Invocation, paths: readonly string[]) => Promise<number>

const actions: Readonly<Record<string, () => Promise<Action>>> = {
  cut: async () => (await import('./pcap/cut.ts')).cut,
  index: async () => (await import('./pcap/index-captures.ts')).indexCaptures,
}

export default {
  id: 'pcap',
  about: 'Packets of some addresses, cut out of captures and rolling directories in seconds, by an index.',
  examples: [
    {
      line: 'sweepwatch pcap cut /var/pcap --address 203.0.113.66 --out scanner.pcapng',
      about: 'everything that concerns one address',
    },
    {
      line: 'sweepwatch pcap cut /var/pcap --address 192.0.2.0/24 --peer 203.0.113.66 --from 2h --out last.pcapng',
      about: 'what it exchanged with us in the last two hours',
    },
    { line: 'sweepwatch pcap index /var/pcap', about: 'make the index now; later only what was added is read' },
  ],
  argument: {
    name: '<ACTION...>',
    about:
      'cut PATH...: write packets in the order of time into one new file. index PATH...: index captures (pcap, pcapng, gzip, ' +
      'Zstandard). Without a PATH: `capture:` of the configuration',
    completes: 'file',
  },
  options: [
    { flags: '--address <CIDR>', about: 'cut: an address or network, in any layer; repeatable', repeatable: true },
    { flags: '--peer <CIDR>', about: 'cut: the other end; repeatable', repeatable: true },
    { flags: '--from <TIME>', about: 'cut: packets from then on: an ISO time, or how long ago (2h)' },
    { flags: '--to <TIME>', about: 'cut: packets up to then' },
    { flags: '--out <FILE>', about: 'cut: the file to write: pcap where it ends so, else pcapng', completes: 'file' },
    { flags: '--max-packets <N>', about: 'cut: packets at most (default: 5 million)' },
    { flags: '--max-bytes <SIZE>', about: 'cut: size at most (default: 8 GB)' },
    {
      flags: '--index <DIR>',
      about: 'where indexes are kept (default: from the configuration, else the cache directory)',
      completes: 'directory',
    },
    configOption,
    { flags: '--json', about: 'JSON instead of text' },
  ],
  async run(invocation) {
    const [word, ...paths] = invocation.words
    return (await chooseAction('pcap', word, actions)())(invocation, paths)
  },
} satisfies CommandSpec
