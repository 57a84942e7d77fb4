import { authorOptions } from './author.ts'
import { chooseAction } from './choose-action.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { networkOptions } from './own-networks.ts'
import { stateOption, withCases } from './state-directory.ts'
import type { WatchSite } from './watchlist/site.ts'

type Action = (site: WatchSite) => Promise<number>

const actions: Readonly<Record<string, () => Promise<Action>>> = {
  list: async () => (await import('./watchlist/list.ts')).listEntries,
  hosts: async () => (await import('./watchlist/hosts.ts')).listHosts,
  add: async () => (await import('./watchlist/change.ts')).add,
  remove: async () => (await import('./watchlist/change.ts')).remove,
  changes: async () => (await import('./watchlist/list.ts')).changes,
}

export default {
  id: 'watchlist',
  about:
    'What is looked out for: sources, networks and lists of cases that are over, and hosts of ours that were touched.',
  examples: [
    {
      line: 'sweepwatch watchlist',
      about: 'what, since when, until when, because of which case, how often it came back',
    },
    { line: 'sweepwatch watchlist hosts', about: 'our touched hosts, and how long yet' },
    {
      line: "sweepwatch watchlist add 203.0.113.0/24 --case 6fd7d8 --for 90d --reason 'same hoster'",
      about: 'who comes from there belongs to that case',
    },
    { line: "sweepwatch watchlist remove 12 --reason 'the address was given to somebody else'", about: 'no more' },
  ],
  argument: {
    name: '[ACTION...]',
    about: 'list; hosts; add ADDRESS or NETWORK; remove ID; changes (by whom, when, why) (default: list)',
    completes: 'none',
  },
  options: [
    stateOption,
    ...networkOptions,
    ...authorOptions,
    { flags: '--case <ID>', about: 'add: because of this case; list, hosts: only of this case' },
    { flags: '--for <TIME>', about: 'add: how long (90d)' },
    { flags: '--all', about: 'list, hosts: also what is over or was removed' },
    { flags: '--limit <N>', about: 'at most so many lines (default: 100)' },
    { flags: '--json', about: 'JSON Lines instead of text' },
  ],
  async run(invocation: Invocation) {
    const [word = 'list', ...words] = invocation.words
    const act = await chooseAction('watchlist', word, actions)()
    return withCases(invocation, (cases) => act({ invocation, cases, words }))
  },
} satisfies CommandSpec
