/** NetFlow versions 1, 5 and 7, whose records have one layout each (Cisco's NetFlow export datagram formats). */
import { Clock, Slot } from './element.ts'
import { legacyRecord, Version } from './header.ts'
import { Content, Layout } from './layout.ts'

type Place = readonly [slot: number, at: number, size: number]

const common: readonly Place[] = [
  [Slot.src4, 0, 4],
  [Slot.dst4, 4, 4],
  [Slot.packets, 16, 4],
  [Slot.bytes, 20, 4],
  [Slot.start, 24, 4],
  [Slot.end, 28, 4],
  [Slot.srcPort, 32, 2],
  [Slot.dstPort, 34, 2],
  [Slot.protocol, 38, 1],
]

function layoutOf(version: number, flagsAt: number): Layout {
  const layout = new Layout()
  layout.at.fill(-1)
  for (const [slot, at, size] of [...common, [Slot.flags, flagsAt, 1] as const]) {
    layout.at[slot] = at
    layout.size[slot] = size
  }
  layout.content = Content.flow
  layout.startClock = layout.endClock = Clock.uptime
  layout.length = legacyRecord(version)
  layout.settle()
  return layout
}

const layouts = new Map([
  [Version.flow1, layoutOf(Version.flow1, 40)],
  [Version.flow5, layoutOf(Version.flow5, 37)],
  [Version.flow7, layoutOf(Version.flow7, 37)],
])

export function legacyLayout(version: number): Layout {
  return layouts.get(version as typeof Version.flow5)!
}

/** Sampling interval of a version 5 packet, without the two bits of its mode; 0 = none. */
export function legacySampling(view: DataView, from: number, version: number): number {
  return version === Version.flow5 ? view.getUint16(from + 22) & 0x3fff : 0
}

/** Engine type and number, which tell the line cards of one router apart. */
export function legacyDomain(view: DataView, from: number, version: number): number {
  return version === Version.flow5 ? view.getUint16(from + 20) : 0
}
