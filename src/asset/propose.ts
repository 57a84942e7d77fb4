import type { Scan } from '../detect/finding.ts'
import type { AllowEntry } from './asset.ts'
import { portTexts } from './port-scope.ts'

const minute = 60e3
const day = 86400e3
/** How long a proposed entry holds. */
const validDays = 90
/** Before and after what was seen: the next run is not as punctual. Windows begin and end at half hours. */
const margin = 30 * minute
const halfHour = 30 * minute
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const

/** What a person adds to a proposal. */
export interface Proposal {
  readonly owner?: string
  readonly reason?: string
  readonly ticket?: string
}

/**
 * The narrowest sensible entry that would have covered a scan, for one that was closed as expected: its sources, blocks, ports and
 * methods, every week around its time (UTC), for 90 days after it. A scan of a week or longer gets no window.
 *
 * Owner and reason are empty where they are not given: such an entry is refused until a person has filled them in.
 */
export function proposeEntry(scan: Scan, { owner = '', reason = '', ticket }: Proposal = {}): AllowEntry {
  const first = Date.parse(scan.first)
  const last = Date.parse(scan.last)
  const start = Math.floor((first - margin) / halfHour) * halfHour
  const end = Math.ceil((last + margin) / halfHour) * halfHour
  const window = {
    start: new Date(start).toISOString().slice(0, 16),
    zone: 'UTC',
    minutes: (end - start) / minute,
    rule: `FREQ=WEEKLY;BYDAY=${weekdays[new Date(start).getUTCDay()]}`,
  }
  return {
    id: `scan-${scan.id}`,
    sources: scan.sources,
    targets: scan.targets.blocks,
    ports: portTexts(scan.targets.ports, scan.targets.protocols),
    methods: scan.methods,
    ...(end - start < 7 * day && { window }),
    owner,
    ticket: ticket ?? null,
    reason,
    expires: new Date(last + validDays * day).toISOString().slice(0, 10),
  }
}
