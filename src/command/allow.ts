import { allowOption } from './case-context.ts'
import { chooseAction } from './choose-action.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { configOption } from './state-directory.ts'

type Action = (invocation: Invocation, words: readonly string[]) => Promise<number>

const actions: Readonly<Record<string, () => Promise<Action>>> = {
  list: async () => (await import('./allow/list.ts')).listEntries,
  check: async () => (await import('./allow/check.ts')).checkEntries,
  test: async () => (await import('./allow/test.ts')).testScan,
  add: async () => (await import('./allow/add.ts')).addEntry,
}

export default {
  id: 'allow',
  about: 'Authorised scans: list and check the entries, ask whether a scan would be in scope, add an entry.',
  examples: [
    { line: 'sweepwatch allow check allow.yaml', about: 'is every entry complete, and still valid?' },
    {
      line: 'sweepwatch allow test --at 2026-11-22T02:30Z --source 192.0.2.200 --target 192.0.2.10 --port 443',
      about: 'would this be expected?',
    },
    {
      line: "sweepwatch allow add allow.yaml --id weekly --source 192.0.2.200 --owner VM --reason 'weekly scan' --expires 2027-01-31",
      about: 'one more entry',
    },
  ],
  argument: {
    name: '<ACTION...>',
    about:
      'list: every entry, and whether it holds now. check [FILE...]: what is wrong with entries, and when their windows open next. ' +
      'test: whether a scan would be in scope, and why not (exit 1). add FILE: write an entry at the end of a YAML file',
    completes: 'file',
  },
  options: [
    allowOption,
    configOption,
    { flags: '--at <TIME>', about: 'test: when it happens' },
    { flags: '--until <TIME>', about: 'test: when it ends (default: at once)' },
    { flags: '--source <CIDR>', about: 'who scans; repeatable', repeatable: true },
    { flags: '--target <CIDR>', about: 'what is scanned; repeatable', repeatable: true },
    { flags: '--port <PORT>', about: '80, 1000-2000, tcp/443; repeatable', repeatable: true },
    { flags: '--method <METHOD>', about: 'tcp-syn, udp, icmp-echo …; repeatable', repeatable: true },
    { flags: '--id <NAME>', about: 'add: a short name of its own' },
    { flags: '--owner <NAME>', about: 'add: who answers for it' },
    { flags: '--reason <TEXT>', about: 'add: why it is expected' },
    { flags: '--ticket <ID>', about: 'add: where it was approved' },
    { flags: '--expires <DATE>', about: 'add: until when it holds' },
    { flags: '--start <TIME>', about: 'add: first start of the window, local time (2026-11-22T02:00)' },
    { flags: '--minutes <N>', about: 'add: how long each window is open' },
    { flags: '--rule <RRULE>', about: 'add: how it recurs (FREQ=WEEKLY;BYDAY=SU)' },
    { flags: '--zone <NAME>', about: 'add: time zone of the window (default: UTC)' },
    { flags: '--json', about: 'JSON Lines instead of text' },
  ],
  async run(invocation) {
    const [word, ...words] = invocation.words
    return (await chooseAction('allow', word, actions)())(invocation, words)
  },
} satisfies CommandSpec
