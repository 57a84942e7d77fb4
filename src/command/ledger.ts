import { Problem } from '../base/problem.ts'
import { several } from '../base/quantity.ts'
import { LedgerStore } from '../store/ledger-store.ts'
import { chooseAction } from './choose-action.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption, stateOption, withCases } from './state-directory.ts'

const usual = 50

const actions = { list, verify }

export default {
  id: 'ledger',
  about:
    'Everything that was ever planned, approved, enforced, proven or taken back, in a chain that shows whether it was changed.',
  examples: [
    { line: 'sweepwatch ledger', about: 'the newest entries' },
    {
      line: 'sweepwatch ledger verify',
      about: 'is every entry as it was written? Prints the last hash to be noted elsewhere',
    },
    { line: 'sweepwatch ledger verify --expect HASH', about: 'is what was noted still in it?' },
  ],
  argument: { name: '[ACTION]', about: 'list or verify (default: list)', completes: 'none' },
  options: [
    stateOption,
    configOption,
    { flags: '--limit <N>', about: `list: the newest so many (default: ${usual})` },
    { flags: '--expect <HASH>', about: 'verify: a hash that was noted before' },
    { flags: '--json', about: 'JSON Lines' },
  ],
  async run(invocation) {
    const act = chooseAction('ledger', invocation.words[0] ?? 'list', actions)
    return withCases(invocation, (cases) => act(invocation, new LedgerStore(cases.database)))
  },
} satisfies CommandSpec

async function list(invocation: Invocation, ledger: LedgerStore): Promise<number> {
  const { terminal } = invocation
  const entries = ledger.newest(limitOf(invocation.text('limit')))
  if (invocation.flag('json')) {
    const { entryObject } = await import('../report/respond/plan-json.ts')
    terminal.out(entries.map((entry) => `${entryObject(entry)}\n`).join(''))
    return ExitCode.done
  }
  const { ledgerText } = await import('../report/respond/plan-text.ts')
  terminal.out(entries.length === 0 ? 'Nothing was planned yet.\n' : ledgerText(entries, terminal.outLook))
  return ExitCode.done
}

async function verify(invocation: Invocation, ledger: LedgerStore): Promise<number> {
  const { terminal } = invocation
  const expected = invocation.text('expect')
  if (expected !== undefined && !/^[0-9a-f]{64}$/.test(expected)) {
    throw new Problem('usage', `--expect ${expected}: no hash`, {
      hint: 'It has 64 hexadecimal digits, as `ledger verify` prints it.',
    })
  }
  const { entries, head, broken, anchor } = ledger.verify(expected)
  if (invocation.flag('json')) {
    const { jsonLine } = await import('../report/escape.ts')
    terminal.out(
      `${jsonLine({ entries, head, intact: broken === undefined, broken: broken ?? null, anchor: anchor ?? null })}\n`,
    )
  } else if (broken === undefined) {
    const noted = anchor === undefined ? '' : `; the noted hash is entry ${anchor}`
    terminal.out(`${several(entries, 'entry', 'entries')}, each as it was written${noted}\n${head}\n`)
  } else terminal.err(`BROKEN at entry ${broken.seq}: ${broken.why}\n`)
  return broken === undefined ? ExitCode.done : ExitCode.failed
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return usual
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (limit < 1) throw new Problem('usage', `--limit ${text}: a number from 1`)
  return limit
}
