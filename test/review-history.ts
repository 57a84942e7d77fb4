/** Made-up traffic of a month, as a review gets it. */
import { parseAddress } from '../src/base/address.ts'
import { parsePrefix } from '../src/base/prefix.ts'
import { newFlow } from '../src/review/flow.ts'
import type { History, Login, Use, Who } from '../src/review/history/use.ts'
import { languageOf } from '../src/review/language/registry.ts'
import { type Review, type ReviewSite, review } from '../src/review/review.ts'

const own = [parsePrefix('192.0.2.0/24') ?? fail()]
const from = '2026-10-23T00:00:00.000000Z'
const to = '2026-11-22T00:00:00.000000Z'

function fail(): never {
  throw new Error('no network')
}

/** `198.51.100.7 > 192.0.2.20 tcp/22`. */
export function use(text: string, changes: Partial<Use> = {}): Use {
  const [, source = '', target = '', protocol = '', port] = /^(\S+) > (\S+) (\w+)(?:\/(\d+))?$/.exec(text) ?? []
  const [a, b] = [parseAddress(source), parseAddress(target)]
  if (!a || !b) throw new Error(text)
  const number = { tcp: 6, udp: 17, icmp: 1 }[protocol] ?? 0
  return {
    flow: newFlow(a, b, { protocol: number, ...(port !== undefined && { targetPort: Number(port) }) }),
    ...{ source, target, protocol, port: port === undefined ? undefined : Number(port) },
    direction: target.startsWith('192.0.2.') ? 'inbound' : 'outbound',
    who: 'legitimate',
    ...{ answered: 3, allowed: 0, first: from, last: '2026-11-21T12:00:00.000000Z', named: '' },
    ...changes,
  }
}

export function login(
  account: string,
  source: string,
  failures: number,
  successes: number,
  who: Who = 'legitimate',
): Login {
  return { machine: '192.0.2.20', service: 'sshd', account, source, who, failures, successes, first: from, last: to }
}

export function historyOf(uses: readonly Use[], changes: Partial<History> = {}): History {
  const seen = { first: from, last: '2026-11-21T23:00:00.000000Z' }
  return { from, to, seen, uses, named: [], logins: [], isCut: false, leftOut: 0, ...changes }
}

/** Reviews rulesets as texts. */
export function reviewed(
  texts: readonly string[],
  history: History | undefined,
  changes: Partial<ReviewSite> = {},
): Review {
  const rulesets = texts.map((text, at) => languageOf(text, `rules-${at}`).parse(text, `rules-${at}`))
  return review({
    rulesets,
    history,
    own,
    outside: [],
    asked: undefined,
    knowsScanners: true,
    learned: [],
    days: 30,
    ...changes,
  })
}

/** An nftables router whose chain `forward` has these rules, with handles from 10 on. */
export function router(...rules: readonly string[]): string {
  const lines = rules.map((rule, at) => `\t\t${rule} # handle ${at + 10}`)
  return `table inet edge { # handle 1\n\tchain forward { # handle 2\n\t\ttype filter hook forward priority filter; policy drop;\n${lines.join('\n')}\n\t}\n}\n`
}
