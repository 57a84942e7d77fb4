import { isIpv4, parseAddress } from '../base/address.ts'
import { formatPrefix, truncate } from '../base/prefix.ts'
import { count, duration, listed, ranges, several } from '../base/quantity.ts'
import type { Zone } from '../base/zone.ts'
import type { AllowScope } from './allow-scope.ts'
import type { ScanExtent } from './asset.ts'
import { hasPorts } from './port-scope.ts'
import type { Opening } from './recurrence.ts'

type Touch = ScanExtent['touches'][number]
type Way = (scope: AllowScope, extent: ScanExtent) => string | undefined

/** Addresses and openings that are named; of more the networks, or the number. */
const mostNamed = 4
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** Each way in which the scan leaves what the entry declares, as a sentence with numbers; none where it lies inside. */
export function waysOut(scope: AllowScope, extent: ScanExtent): readonly string[] {
  const ways: readonly Way[] = [bySource, byTarget, byPort, byMethod, byHour, byExpiry]
  return ways.flatMap((way) => way(scope, extent) ?? [])
}

/** How a scan that leaves the entry in no way lies inside it. */
export function withinText({ entry, window }: AllowScope, extent: ScanExtent): readonly string[] {
  const { id, targets, ports, methods, expires, ticket } = entry
  const any = (texts: readonly string[], word: string) => (texts.length === 0 ? `any ${word}` : listed(texts))
  const probes =
    extent.touches.length === 0 ? 'Blocks, ports and times' : `All ${several(extent.touches.length, 'probe')}`
  const limits = [any(targets, 'target'), `${any(ports, 'port')}`, `${any(methods, 'method')}`].join('; ')
  return [
    `${probes} of ${listed(extent.sources)} lie inside what ${id} declares: ${limits}.`,
    ...(window === undefined
      ? []
      : [
          `It ran in the window ${window.about}, which was ${openingsText(window.openings(extent.first, extent.last), window.zone)}.`,
        ]),
    `The entry holds until ${expires}${ticket === null ? '' : ` (${ticket})`}.`,
  ]
}

function bySource({ sources }: AllowScope, extent: ScanExtent): string | undefined {
  const outside = extent.sources.filter((source) => !sources.holds(source))
  if (outside.length === 0) return undefined
  const verb = outside.length === 1 ? 'is' : 'are'
  return `${count(outside.length)} of ${several(extent.sources.length, 'source')} ${verb} not declared: ${listed(outside, mostNamed)}.`
}

function byTarget({ targets, entry }: AllowScope, { touches, blocks }: ScanExtent): string | undefined {
  if (targets === undefined) return undefined
  const declared = `the declared targets (${listed(entry.targets)})`
  if (touches.length === 0) {
    const outside = blocks.filter((block) => !targets.holds(block))
    if (outside.length === 0) return undefined
    return `${listed(outside, mostNamed)}, which it scanned, does not lie in ${declared}.`
  }
  const isInside = new Map<string, boolean>()
  for (const { address } of touches) if (!isInside.has(address)) isInside.set(address, targets.holds(address))
  const outside = touches.filter(({ address }) => !isInside.get(address))
  if (outside.length === 0) return undefined
  const addresses = [...isInside].filter(([, inside]) => !inside).map(([address]) => address)
  return (
    `${part(outside, touches)} went to ${several(addresses.length, 'address', 'addresses')} outside ${declared}: ` +
    `${placesText(addresses)}.`
  )
}

function byPort({ ports, entry }: AllowScope, extent: ScanExtent): string | undefined {
  if (ports === undefined) return undefined
  const { touches, protocols } = extent
  // Probes without ports carry other numbers in their place (ICMP types).
  const isPort = (port: number) => protocols.every(hasPorts) || extent.ports.includes(port)
  const declared = `not declared (${listed(entry.ports)})`
  if (touches.length === 0) {
    const outside = extent.ports.filter((port) => !ports.has(port, protocols))
    return outside.length === 0 ? undefined : `It asked for ${portsText(outside)}, ${declared}.`
  }
  const outside = touches.filter(({ port }) => isPort(port) && !ports.has(port, protocols))
  if (outside.length === 0) return undefined
  return `${part(outside, touches)} asked for ${portsText([...new Set(outside.map(({ port }) => port))])}, ${declared}.`
}

function byMethod({ methods, entry }: AllowScope, extent: ScanExtent): string | undefined {
  const outside = extent.methods.filter((method) => methods !== undefined && !methods.has(method))
  return outside.length === 0 ? undefined : `It used ${listed(outside)}; declared is ${listed(entry.methods)}.`
}

function byHour({ window }: AllowScope, { touches, first, last }: ScanExtent): string | undefined {
  if (window === undefined) return undefined
  const openings = window.openings(first, last)
  const { zone } = window
  const declared = `the declared window, ${window.about}, which was ${openingsText(openings, zone)}`
  if (touches.length === 0) {
    const isInside = openings.some(({ start, end }) => start <= first && last < end)
    if (isInside) return undefined
    if (first === last) return `It came at ${wallText(zone, first)}, outside ${declared}.`
    return `It ran from ${wallText(zone, first)} to ${wallText(zone, last)}, not wholly in ${declared}.`
  }
  const outside = touches.filter(({ at }) => !isOpen(openings, at))
  if (outside.length === 0) return undefined
  const times = outside.map(({ at }) => at)
  const [from, to] = [times.reduce((x, y) => Math.min(x, y)), times.reduce((x, y) => Math.max(x, y))]
  const between =
    from === to ? `at ${wallText(zone, from)}` : `between ${wallText(zone, from)} and ${wallText(zone, to)}`
  return `${part(outside, touches)} came ${between}, outside ${declared}.`
}

function byExpiry({ expires, entry }: AllowScope, { touches, first, last }: ScanExtent): string | undefined {
  if (last < expires) return undefined
  if (first >= expires) {
    return `The entry had expired on ${entry.expires}, ${duration(first - expires)} before the scan began.`
  }
  const late = touches.filter(({ at }) => at >= expires)
  const what = late.length === 0 ? 'The scan went on' : `${part(late, touches)} came`
  return `${what} after the entry had expired on ${entry.expires}.`
}

/** @param openings in order, not touching each other */
function isOpen(openings: readonly Opening[], at: number): boolean {
  let low = 0
  let high = openings.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((openings[middle] as Opening).start <= at) low = middle + 1
    else high = middle
  }
  const before = openings[low - 1]
  return before !== undefined && at < before.end
}

function part(some: readonly Touch[], all: readonly Touch[]): string {
  return some.length === all.length
    ? `All ${several(all.length, 'probe')}`
    : `${count(some.length)} of ${several(all.length, 'probe')}`
}

function portsText(ports: readonly number[]): string {
  return `${several(ports.length, 'port')}: ${ranges(ports)}`
}

/** A few addresses by themselves, many by their /24 or /64, those with the most first. */
function placesText(addresses: readonly string[]): string {
  if (addresses.length <= mostNamed) return listed(addresses)
  const blocks = Map.groupBy(addresses, blockOf)
  const order = [...blocks].sort(([x, xs], [y, ys]) => ys.length - xs.length || (x < y ? -1 : 1))
  return listed(
    order.map(([block, within]) => `${count(within.length)} in ${block}`),
    mostNamed,
  )
}

function blockOf(text: string): string {
  const address = parseAddress(text)
  return address === undefined ? text : formatPrefix(truncate(address, isIpv4(address) ? 120 : 64))
}

function openingsText(openings: readonly Opening[], zone: Zone): string {
  if (openings.length === 0) return 'not open then'
  const texts = openings.slice(0, mostNamed).map(({ start, end }) => {
    const [from, to] = [wallText(zone, start), wallText(zone, end)]
    const until = from.slice(0, 14) === to.slice(0, 14) ? to.slice(15, 20) : to.slice(0, 20)
    return `${from.slice(0, 20)} to ${until}`
  })
  return `open ${listed([...texts, ...(openings.length > mostNamed ? [`${openings.length - mostNamed} more times`] : [])], 8)}`
}

/** `Sun 2026-11-22 02:00:12`, local time. */
function wallText(zone: Zone, at: number): string {
  const wall = new Date(zone.toWall(at * 1000) / 1000)
  return `${weekdays[wall.getUTCDay()]} ${wall.toISOString().slice(0, 19).replace('T', ' ')}`
}
