import type { AllowEntry, ScanExtent } from '../src/asset/asset.ts'

/** An entry that declares a scanner, to be changed by a test. */
export function entry(changes: Partial<AllowEntry> = {}): AllowEntry {
  return {
    id: 'weekly',
    sources: ['192.0.2.200'],
    targets: [],
    ports: [],
    methods: [],
    owner: 'Vulnerability management',
    ticket: 'CHG-1',
    reason: 'weekly scan',
    expires: '2027-01-31',
    ...changes,
  }
}

export type Touch = ScanExtent['touches'][number]

const at = (iso: string) => Date.parse(iso)

/** A probe of 192.0.2.10:80 from 192.0.2.200. */
export function touch(iso: string, changes: Partial<Touch> = {}): Touch {
  return { at: at(iso), address: '192.0.2.10', port: 80, source: '192.0.2.200', ...changes }
}

/** What a scan of these probes is, for the allowlist. */
export function extent(touches: readonly Touch[], changes: Partial<ScanExtent> = {}): ScanExtent {
  const times = touches.map((each) => each.at)
  return {
    sources: [...new Set(touches.map(({ source }) => source))],
    methods: ['tcp-syn'],
    protocols: ['tcp'],
    first: Math.min(...times),
    last: Math.max(...times),
    touches,
    blocks: ['192.0.2.0/24'],
    ports: [...new Set(touches.map(({ port }) => port))],
    ...changes,
  }
}
