/** hot: nothing is allocated. */

import type { Datagram } from './datagram.ts'
import { Clock } from './element.ts'
import { readCount } from './layout.ts'

/** Seconds from 1900 (NTP) to 1970. */
const ntpEpoch = 2208988800
const scratch = new Float64Array(1)

/**
 * Reads a record's time into `out[k]`, in microseconds; 0 where it cannot be told.
 *
 * @param clock how it is written (`Clock`)
 */
export function readTime(d: Datagram, clock: number, at: number, size: number, out: Float64Array, k: number): void {
  readCount(d.view, at, size, scratch, 0)
  const value = scratch[0]!
  switch (clock) {
    case Clock.uptime:
      out[k] = uptimeToMicros(d, value)
      break
    case Clock.second:
      out[k] = value * 1e6
      break
    case Clock.milli:
      out[k] = value * 1e3
      break
    case Clock.ntp:
      out[k] = ntpToMicros(d.view.getUint32(at), d.view.getUint32(at + 4))
      break
    case Clock.deltaMicro:
      out[k] = d.times[0]! - value
      break
    default:
      out[k] = 0
  }
}

/**
 * The uptime's 32 bits wrap every 50 days, and a flow may have begun before the exporter says it started: the difference to
 * the uptime at the export is signed. NetFlow's headers tell that; IPFIX tells when the uptime was 0, in options or records.
 */
function uptimeToMicros(d: Datagram, value: number): number {
  const exported = d.times[0]!
  if (d.version !== 10) return exported - ((d.uptime - value) | 0) * 1000
  const boot = d.times[2]!
  return boot > 0 ? exported - (((exported - boot) / 1000 - value) | 0) * 1000 : 0
}

/** RFC 7011 section 6.1.9 wants NTP's format; some exporters write microseconds or nanoseconds since 1970 as one number. */
function ntpToMicros(high: number, low: number): number {
  if (high >= ntpEpoch) return (high - ntpEpoch) * 1e6 + Math.floor((low * 1e6) / 4294967296)
  const value = high * 4294967296 + low
  return value >= 1e17 ? Math.floor(value / 1000) : value
}
