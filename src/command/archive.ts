import { Problem } from '../base/problem.ts'
import { loadConfig } from '../config/load.ts'
import { archiveDirectory, archiveOption } from './archive-directory.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { nearest } from './nearest.ts'
import { networkOptions } from './own-networks.ts'

type Action = (invocation: Invocation, directory: string, paths: readonly string[]) => Promise<number>

const actions: Readonly<Record<string, () => Promise<Action>>> = {
  add: async () => (await import('./archive/add.ts')).addToArchive,
  status: async () => (await import('./archive/status.ts')).showStatus,
  prune: async () => (await import('./archive/prune.ts')).pruneArchive,
  verify: async () => (await import('./archive/verify.ts')).verify,
}

export default {
  id: 'archive',
  about: 'Keep events as Parquet files by day, for hunts: add logs, see what is there, remove what is old, verify.',
  examples: [
    { line: 'sweepwatch archive add --archive events /var/log/firewall/', about: 'store what is in these logs' },
    { line: 'sweepwatch archive status --archive events', about: 'days, rows, bytes' },
    { line: 'sweepwatch archive prune --archive events --keep-days 90', about: 'remove older days' },
  ],
  argument: {
    name: '<ACTION...>',
    about:
      'add PATH...: store the events of files or directories; what was added before is passed over. status: days, rows, bytes. ' +
      'prune: remove what is older or more than is kept. verify: read every value, set aside what is damaged',
    completes: 'file',
  },
  options: [
    archiveOption,
    ...networkOptions,
    { flags: '--format <ID>', about: 'add: the log format (default: recognised per file)', completes: 'format' },
    { flags: '--again', about: 'add: also what was added before' },
    { flags: '--keep-days <N>', about: 'prune: days to keep (default: from the configuration)' },
    { flags: '--max-bytes <SIZE>', about: 'prune: size to keep, such as 50GB (default: from the configuration)' },
    { flags: '--json', about: 'JSON Lines instead of text' },
  ],
  async run(invocation) {
    const [action = '', ...paths] = invocation.words
    const load = Object.hasOwn(actions, action) ? actions[action] : undefined
    if (load === undefined) {
      const guess = nearest(action, Object.keys(actions))
      const hint = `${guess === undefined ? '' : `Did you mean ${guess}? `}What can be done: ${Object.keys(actions).join(', ')}.`
      throw new Problem('usage', `archive ${action}: no such action`, { hint })
    }
    const { config } = await loadConfig(invocation.text('config'))
    return (await load())(invocation, archiveDirectory(invocation, config), paths)
  },
} satisfies CommandSpec
