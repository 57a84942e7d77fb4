import { CaseStore } from '../store/case-store.ts'
import { LedgerStore } from '../store/ledger-store.ts'
import { authorOptions } from './author.ts'
import { allowOption } from './case-context.ts'
import { chooseAction } from './choose-action.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { exportOptionSpecs } from './export-options.ts'
import { networkOptions } from './own-networks.ts'
import { approve, reapply, reject, revoke } from './plan/decide.ts'
import { exportPlan } from './plan/export.ts'
import { propose } from './plan/propose.ts'
import { prove } from './plan/prove.ts'
import { list, show } from './plan/show.ts'
import { respondSite } from './respond-site.ts'
import { stateDirectory, stateOption } from './state-directory.ts'

const actions = { list, show, propose, approve, reject, revoke, reapply, prove, export: exportPlan }

export default {
  id: 'plan',
  about:
    'Contain the source of a case: plans with what they would cost, approved, limited in time, proven, taken back.',
  examples: [
    { line: 'sweepwatch plan --open', about: 'what waits for an approval, and what stands' },
    { line: 'sweepwatch plan show 4f9a21', about: 'what it does, what it would have cut, what was proven' },
    { line: "sweepwatch plan approve 4f9a21 --enforce --reason 'INC-815'", about: 'without --enforce: a dry run' },
    { line: "sweepwatch plan revoke --all --reason 'false alarm'", about: 'takes everything back' },
    {
      line: 'sweepwatch plan export 4f9a21 --as ocsf',
      about: 'what was done, for a SIEM; also for a SOAR: cacao, openc2',
    },
  ],
  argument: {
    name: '[ACTION...]',
    about:
      'list; show ID; propose CASE; approve ID; reject ID; revoke ID or --all; reapply ID (what others took away by hand); prove ID PATH…; export ID (default: list)',
    completes: 'none',
  },
  options: [
    stateOption,
    ...networkOptions,
    allowOption,
    ...authorOptions,
    { flags: '--enforce', about: 'approve, reapply: really do it; `respond.enforce` must be true as well' },
    { flags: '--all', about: 'revoke: every plan that stands' },
    { flags: '--open', about: 'list: only what waits or stands' },
    { flags: '--measure <WORD>', about: 'propose: block or throttle', choices: ['block', 'throttle'] },
    { flags: '--network <CIDR>', about: 'propose: this instead of the sources; repeatable', repeatable: true },
    { flags: '--ports <PORTS>', about: 'propose: only these of ours: tcp/22, udp/53,123' },
    { flags: '--direction <WAY>', about: 'propose: in, out or both', choices: ['in', 'out', 'both'] },
    { flags: '--rate <N/BURST>', about: 'propose: what a throttle lets through a second, and at once' },
    { flags: '--for <TIME>', about: 'propose: how long from the approval (30m, 4h)' },
    { flags: '--target <NAME>', about: 'propose: where; repeatable (default: every one)', repeatable: true },
    {
      flags: '--before <PATH>',
      about: 'prove: what was recorded before the enforcement point; repeatable',
      repeatable: true,
      completes: 'file',
    },
    {
      flags: '--behind <PATH>',
      about: 'prove: what was recorded behind it; repeatable',
      repeatable: true,
      completes: 'file',
    },
    { flags: '--json', about: 'list, show: JSON Lines' },
    { flags: '--as <FORMAT>', about: 'export: json, ocsf, openc2, cacao or stix' },
    { flags: '--out <FILE>', about: 'export: write it to a file', completes: 'file' },
    ...exportOptionSpecs,
  ],
  run,
} satisfies CommandSpec

async function run(invocation: Invocation): Promise<number> {
  const [word = 'list', ...rest] = invocation.words
  const act = chooseAction('plan', word, actions)
  const directory = await stateDirectory(invocation)
  const site = await respondSite(invocation)
  const cases = CaseStore.open(directory, { readOnly: true })
  try {
    return await act({ ...site, invocation, directory, cases, ledger: new LedgerStore(cases.database), rest })
  } finally {
    cases.close()
  }
}
