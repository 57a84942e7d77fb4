import { formatAddress, isIpv4 } from '../../base/address.ts'
import { now } from '../../base/clock.ts'
import { formatPrefix, type Prefix, parsePrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { secondsOf } from '../../base/seconds.ts'
import { isoTime } from '../../base/time.ts'
import type { Case } from '../../case/case.ts'
import { isLookedOutFor, type WatchKey } from '../../case/watch-list.ts'
import { printable } from '../../report/escape.ts'
import { overlaps, prefixOf, writtenBits } from '../../respond/network.ts'
import { WatchEntries } from '../../store/watch-entries.ts'
import { authorOf, reasonOf, signed } from '../author.ts'
import { ExitCode } from '../exit-code.ts'
import { ownNetworks } from '../own-networks.ts'
import { periodsOf, type WatchSite } from './site.ts'

/** Wider networks would bring half of the Internet into one case. */
const widest = { four: 16, six: 32 }
const longestDays = 3650

/** Looks out for an address or a network because of a case. */
export async function add(site: WatchSite): Promise<number> {
  const { invocation, cases, words } = site
  const [text, ...rest] = words
  if (text === undefined || rest.length > 0) {
    throw new Problem('usage', text === undefined ? 'look out for what?' : 'one address or network at a time', {
      hint: 'sweepwatch watchlist add ADDRESS|NETWORK --case ID --for 90d --reason TEXT',
    })
  }
  const id = invocation.text('case')
  if (id === undefined) throw new Problem('usage', 'because of which case?', { hint: 'Give --case ID.' })
  const prefix = await networkOf(site, text)
  const one = cases.find(id)
  refuseUnlessWaitedFor(one)
  const seconds = periodOf(invocation.text('for'))
  const change = { at: isoTime(now()), author: authorOf(invocation), reason: reasonOf(invocation) }
  const until = isoTime(now() + seconds * 1e6)
  const entries = new WatchEntries(cases.database, await periodsOf(invocation))
  const key = keyOf(prefix)
  const entry = entries.add(key, one.id, until, change)
  const said = `looks out for ${key.value} until ${until.slice(0, 10)} (entry ${entry.id} of the watch list)`
  cases.append(one.id, [signed(invocation, { kind: 'noted', text: said })])
  invocation.terminal.out(`case ${one.id}: ${printable(said)}\n`)
  return ExitCode.done
}

/** Takes an entry off the list; it stays in the history of changes. */
export async function remove({ invocation, cases, words }: WatchSite): Promise<number> {
  const [text = '', ...rest] = words
  if (!/^\d{1,12}$/.test(text) || rest.length > 0) {
    throw new Problem('usage', `watchlist remove ${text}: not the number of an entry`, {
      hint: 'The first column of `sweepwatch watchlist`, one at a time.',
    })
  }
  const change = { at: isoTime(now()), author: authorOf(invocation), reason: reasonOf(invocation) }
  const { id, value, caseId } = new WatchEntries(cases.database).remove(Number(text), change)
  const said = `looks out no more for ${value} (entry ${id} of the watch list)`
  if (cases.has(caseId)) cases.append(caseId, [signed(invocation, { kind: 'noted', text: said })])
  invocation.terminal.out(`${printable(said)}\n`)
  return ExitCode.done
}

async function networkOf({ invocation }: WatchSite, text: string): Promise<Prefix> {
  const prefix = parsePrefix(text)
  if (prefix === undefined) {
    throw new Problem('usage', `${text}: neither an address nor a network`, {
      hint: 'Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/64.',
    })
  }
  const four = isIpv4(prefix.address)
  const most = four ? widest.four : widest.six
  if (writtenBits(prefix) < most || (four && prefix.bits < 96)) {
    throw new Problem('usage', `${text} is wider than /${most}: half of the Internet would come into one case`)
  }
  const { net = [] } = await ownNetworks(invocation)
  const own = net.find((each) => overlaps(prefixOf(each), prefix))
  if (own !== undefined) {
    throw new Problem('usage', `${text} is ours (${own})`, {
      hint: 'Hosts of ours are watched when they were touched.',
    })
  }
  return prefix
}

function keyOf(prefix: Prefix): WatchKey {
  return prefix.bits === 128
    ? { kind: 'source', value: formatAddress(...prefix.address) }
    : { kind: 'prefix', value: formatPrefix(prefix) }
}

function refuseUnlessWaitedFor({ id, status, outcome }: Case): void {
  if (status === 'merged' || (status === 'closed' && !isLookedOutFor(outcome))) {
    throw new Problem(
      'case-status',
      `case ${id} is ${outcome === null ? status : `closed as ${outcome}`}: nothing brings it back`,
      {
        hint: status === 'merged' ? 'Name the case that took it up.' : 'Reopen it first, or name another case.',
      },
    )
  }
}

function periodOf(text: string | undefined): number {
  const seconds = text === undefined ? undefined : secondsOf(text)
  if (seconds !== undefined && seconds >= 60 && seconds <= longestDays * 86_400) return seconds
  throw new Problem('usage', text === undefined ? 'for how long?' : `--for ${text}: not how long`, {
    hint: `Give --for 90d: from a minute to ${longestDays} days. There is always an end.`,
  })
}
