import { Problem } from '../base/problem.ts'
import { CaseStore } from '../store/case-store.ts'
import { authorOptions } from './author.ts'
import { caseActions } from './case/actions.ts'
import { allowOption } from './case-context.ts'
import type { CommandSpec } from './command.ts'
import { exportOptionSpecs } from './export-options.ts'
import { nearest } from './nearest.ts'
import { networkOptions } from './own-networks.ts'
import { stateDirectory, stateOption } from './state-directory.ts'

const usages = caseActions.map(({ id, usage, about }) => `${id} ${usage}: ${about}`)

export default {
  id: 'case',
  about: 'Work on one case: read it, note, assign, escalate, close, reopen, merge, export, pack, capture.',
  examples: [
    { line: 'sweepwatch case show 6fd7d8', about: 'the beginning of an id is enough' },
    { line: "sweepwatch case note 6fd7d8 'owner says: not ours'", about: 'for the next shift' },
    {
      line: "sweepwatch case close 6fd7d8 --as expected --lesson none --change none --reason 'CHG-4711'",
      about: 'closed, with a proposal for the allowlist',
    },
  ],
  argument: { name: '<ACTION...>', about: `what to do, and with which case. ${usages.join('. ')}`, completes: 'none' },
  options: [
    stateOption,
    ...networkOptions,
    ...authorOptions,
    { flags: '--as <WORD>', about: 'close: the outcome; export: the format' },
    { flags: '--lesson <TEXT>', about: 'close: what was learned' },
    { flags: '--change <TEXT>', about: 'close: which rule or access should change' },
    ...exportOptionSpecs,
    {
      flags: '--capture <PATH>',
      about: 'pack: captures to cut packets from; repeatable',
      repeatable: true,
      completes: 'file',
    },
    { flags: '--archive <DIR>', about: 'pack: the archive of events', completes: 'directory' },
    { flags: '--for <TIME>', about: 'capture: how long at most (default: from the configuration, else 10m)' },
    { flags: '--interface <IF>', about: 'capture: where to listen' },
    allowOption,
    { flags: '--json', about: 'show, timeline: JSON Lines' },
  ],
  async run(invocation) {
    const [action, id, ...rest] = invocation.words
    const ids = caseActions.map((each) => each.id)
    const chosen = caseActions.find((each) => each.id === action)
    if (chosen === undefined) {
      const guess = nearest(action ?? '', ids)
      const hint = `${guess === undefined ? '' : `Did you mean ${guess}? `}What can be done: ${ids.join(', ')}.`
      throw new Problem('usage', `case ${action}: no such action`, { hint })
    }
    if (id === undefined) {
      throw new Problem('usage', `case ${chosen.id}: which case?`, {
        hint: `sweepwatch case ${chosen.id} ${chosen.usage}`,
      })
    }
    const directory = await stateDirectory(invocation)
    const store = CaseStore.open(directory, { readOnly: true })
    try {
      return await chosen.run({ invocation, store, directory, one: store.find(id), rest })
    } finally {
      store.close()
    }
  },
} satisfies CommandSpec
