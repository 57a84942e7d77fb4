import { Problem } from '../base/problem.ts'
import { archiveOption } from './archive-directory.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { networkOptions, ownNetworks } from './own-networks.ts'
import { stateOption } from './state-directory.ts'

const usualDays = 30
const mostDays = 3660
const plainPage = { colour: false, unicode: true, columns: 100 } as const

export default {
  id: 'review',
  about:
    'Review firewalls: which rules let answered probes in, which nobody needs, what is open to the world, and tighter rules as text.',
  examples: [
    { line: 'sweepwatch review --ruleset ruleset.json', about: 'what the rules alone tell (nft -j -a list ruleset)' },
    {
      line: 'sweepwatch review --ruleset asa.cfg --state state --archive events --net 192.0.2.0/24',
      about: 'with what came through in the last 30 days',
    },
    { line: 'sweepwatch review --net 192.0.2.0/24 /var/log/firewall/', about: 'by the rules that logs name' },
  ],
  argument: { name: '[PATH...]', about: 'logs to take the traffic from, instead of the archive', completes: 'file' },
  options: [
    {
      flags: '--ruleset <FILE>',
      about:
        'rules of a firewall: `nft -j -a list ruleset`, `nft -a list ruleset`, `iptables-save -c`, a Cisco ASA configuration; repeatable',
      repeatable: true,
      completes: 'file',
    },
    stateOption,
    archiveOption,
    { flags: '--case <ID>', about: 'only what the sources of this case reached' },
    { flags: '--days <N>', about: `so many days up to the newest event (default: ${usualDays})` },
    {
      flags: '--outside <NAME>',
      about: 'an interface of the firewall that faces the world; repeatable',
      repeatable: true,
    },
    { flags: '--format <ID>', about: 'the format of the logs (default: recognised per file)', completes: 'format' },
    { flags: '--json', about: 'one JSON object' },
    { flags: '--out <FILE>', about: 'write it to a file', completes: 'file' },
    ...networkOptions,
  ],
  async run(invocation) {
    const files = invocation.list('ruleset')
    const days = daysOf(invocation.text('days'))
    const [{ readRuleset }, { casesOf }, { trafficOf }, { review }] = await Promise.all([
      import('./review/rulesets.ts'),
      import('./review/cases.ts'),
      import('./review/traffic.ts'),
      import('../review/review.ts'),
    ])
    const { isAmong } = await import('../review/scanner-sources.ts')
    const { prefixesOf } = await import('../archive/address-key.ts')
    const rulesets = files.map(readRuleset)
    const { net = [] } = await ownNetworks(invocation)
    const cases = await casesOf(invocation)
    const isScanner = isAmong(cases.sources ?? [])
    const history = await trafficOf(invocation, net, days, (source) => (isScanner(source) ? 'scanner' : 'legitimate'))
    if (rulesets.length === 0 && history === undefined) {
      throw new Problem('usage', 'nothing to review', { hint: 'Give --ruleset FILE, logs, or --archive DIR.' })
    }
    const found = review({
      rulesets,
      history,
      own: prefixesOf(net),
      outside: invocation.list('outside'),
      asked: cases.asked && isAmong(cases.asked),
      knowsScanners: cases.sources !== undefined,
      learned: cases.learned,
      days,
    })
    await print(invocation, found)
    return ExitCode.done
  },
} satisfies CommandSpec

async function print(invocation: Invocation, found: import('../review/review.ts').Review): Promise<void> {
  const out = invocation.text('out')
  const { terminal } = invocation
  const text = invocation.flag('json')
    ? await jsonText(found)
    : await pageText(found, out === undefined ? terminal.outLook : plainPage)
  if (out === undefined) {
    terminal.out(text)
    return
  }
  const { writeFile } = await import('node:fs/promises')
  try {
    // Who tried which account, and how to get in: for its owner's eyes.
    await writeFile(out, text, { mode: 0o600 })
  } catch (cause) {
    throw new Problem('unwritable', `${out} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

async function jsonText(found: import('../review/review.ts').Review): Promise<string> {
  const [{ jsonLine }, { reviewObject }] = await Promise.all([
    import('../report/escape.ts'),
    import('../review/json.ts'),
  ])
  return `${jsonLine(reviewObject(found))}\n`
}

async function pageText(
  found: import('../review/review.ts').Review,
  look: import('../report/look.ts').Look,
): Promise<string> {
  const { reviewText } = await import('../review/text.ts')
  return reviewText(found, look)
}

function daysOf(text: string | undefined): number {
  if (text === undefined) return usualDays
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (days < 1 || days > mostDays) throw new Problem('usage', `--days ${text}: a number from 1 to ${mostDays}`)
  return days
}
