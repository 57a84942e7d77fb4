import { Problem } from '../base/problem.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { aboutAction } from './intel/about.ts'
import { exampleAction } from './intel/example.ts'
import { fetchAction } from './intel/fetch.ts'
import { listAction } from './intel/list.ts'
import { nearest } from './nearest.ts'
import { configOption } from './state-directory.ts'

type Action = (invocation: Invocation, rest: readonly string[]) => Promise<number>

const actions: Readonly<Record<string, Action>> = {
  list: listAction,
  about: aboutAction,
  fetch: fetchAction,
  example: exampleAction,
}

export default {
  id: 'intel',
  about: 'Say what is known of addresses outside: lists, databases and services that the configuration names.',
  examples: [
    { line: 'sweepwatch intel list', about: 'what is loaded, how old it is, what of it is malformed' },
    { line: 'sweepwatch intel about 203.0.113.70 --at 2026-11-22', about: 'who was it then, and what do lists say?' },
    { line: 'sweepwatch intel fetch', about: 'bring the lists of servers up to date' },
  ],
  argument: {
    name: '<ACTION...>',
    about:
      'list: what is configured. about ADDRESS…: what is known. fetch [NAME…]: download lists. example: a configuration',
    completes: 'none',
  },
  options: [
    configOption,
    { flags: '--at <TIME>', about: 'about: as of a date, an ISO time, or how long ago (8h, 7d); default: now' },
    { flags: '--json', about: 'JSON Lines instead of text' },
  ],
  async run(invocation) {
    const [action = '', ...rest] = invocation.words
    const chosen = Object.hasOwn(actions, action) ? actions[action] : undefined
    if (chosen === undefined) {
      const guess = nearest(action, Object.keys(actions))
      const hint = `${guess === undefined ? '' : `Did you mean ${guess}? `}What can be done: ${Object.keys(actions).join(', ')}.`
      throw new Problem('usage', `intel ${action}: no such action`, { hint })
    }
    if ((action === 'list' || action === 'example') && rest.length > 0) {
      throw new Problem('usage', `intel ${action} takes no ${rest[0]}`, {
        hint: 'sweepwatch intel about ADDRESS tells of one.',
      })
    }
    return chosen(invocation, rest)
  },
} satisfies CommandSpec
