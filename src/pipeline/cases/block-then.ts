import { parseAddress } from '../../base/address.ts'
import { contains } from '../../base/prefix.ts'
import { listed, moment } from '../../base/quantity.ts'
import type { Scan } from '../../detect/finding.ts'
import type { PlaceState, PlanState } from '../../respond/ledger/fold.ts'
import { prefixOf } from '../../respond/network.ts'

/** What of a plan bears on a scan: when it counted, and where it stood. Milliseconds. */
interface Standing {
  readonly state: PlanState
  readonly from: number
  /** When it ended or was taken back. */
  readonly to: number
}

/**
 * Whether a scan came while its source was blocked, and what became of the block; undefined where it never was. That a block failed is said only where
 * packets were seen behind it, or something of ours that it covers answered.
 *
 * @param plans of the case
 */
export function blockThen(plans: readonly PlanState[], scan: Scan): string | undefined {
  const first = Date.parse(scan.first)
  const standings = plans
    .filter((state) => state.since !== null && state.until !== null && covers(state, scan))
    .map(standingOf)
    // Of what was answered before the block, and what after, a scan that began before does not tell.
    .filter(({ from }) => from <= first)
    .sort((x, y) => y.to - x.to)
  const inForce = standings.filter(({ to }) => to > first)
  if (inForce.length > 0) return whileBlocked(inForce, scan)
  const [ended] = standings
  if (ended === undefined) return undefined
  const how = ended.state.status === 'revoked' ? 'was taken back' : 'ended'
  return `it came back after its ${ended.state.plan.measure} ${how} ${moment(new Date(ended.to).toISOString())}`
}

function whileBlocked(standings: readonly Standing[], scan: Scan): string {
  const [latest] = standings as [Standing]
  const doing = latest.state.plan.measure === 'throttle' ? 'slowed' : 'blocked'
  const until = moment(new Date(latest.to).toISOString())
  const came = `it came back while ${doing} until ${until}`
  const places = standings.flatMap(({ state }) => [...state.places].map(([name, place]) => ({ name, place })))
  if (
    !places.some(({ place }) => place.state === 'applied' || place.state === 'handed-over' || place.state === 'gone')
  ) {
    return `it came back though it was to be ${doing} until ${until}: the plan stood nowhere (${listed(places.map(({ name, place }) => `${name}: ${place.state}`))})`
  }
  if (doing === 'slowed') return `${came}: what a throttle lets through is no failure of it`
  const passed = places.find(({ place }) => isPassed(place, scan))
  if (passed !== undefined) {
    const { seen } = passed.place.block as NonNullable<PlaceState['block']>
    return `${came}: the block has failed, packets of it were seen behind ${passed.name} (${seen.behind}, last looked ${moment(seen.until)})`
  }
  const { ports, protocol } = latest.state.plan
  const answered = scan.open.filter(
    (each) => ports.length === 0 || (protocol === each.protocol && ports.includes(each.port)),
  )
  if (latest.state.plan.direction !== 'out' && answered.length > 0) {
    const what = listed(answered.map(({ address, port }) => `${address}:${port}`))
    return `${came}: the block has failed, it was answered (${what})`
  }
  if (ports.length > 0 && scan.targets.ports.some((port) => !ports.includes(port)))
    return `${came}, and was kept out on the ports that are blocked (${protocol} ${listed(ports.map(String))})`
  const { established, refused, unknown } = scan.outcomes
  if (established + refused === 0 && unknown > 0) return `${came}; these logs do not tell whether it was kept out`
  if (refused > 0)
    return `${came}; nothing of ours took a connection, and who refused it (a host behind the block, or the firewall) these logs do not tell`
  const proven = places.find(({ place }) => place.block?.proof === 'proven')
  return `${came} and was kept out${proven === undefined ? '' : ` (proven at ${proven.name})`}`
}

/** Packets were seen behind the enforcement point in the time of the scan. */
function isPassed({ block }: PlaceState, { first }: Scan): boolean {
  return (
    block?.proof === 'contradicted' && (block.seen.behind ?? 0) > 0 && Date.parse(block.seen.until) >= Date.parse(first)
  )
}

function covers({ plan }: PlanState, { sources }: Scan): boolean {
  const prefixes = plan.networks.map(({ network }) => prefixOf(network))
  return sources.some((source) => {
    const address = parseAddress(source)
    return address !== undefined && prefixes.some((prefix) => contains(prefix, ...address))
  })
}

function standingOf(state: PlanState): Standing {
  const until = Date.parse(state.until ?? '')
  const closed = state.status === 'revoked' && state.closed !== null ? Date.parse(state.closed) : until
  return { state, from: Date.parse(state.since ?? ''), to: Math.min(until, closed) }
}
