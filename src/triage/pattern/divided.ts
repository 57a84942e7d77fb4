import { several } from '../../base/quantity.ts'
import type { KnownPattern } from './pattern.ts'

export default {
  id: 'divided',
  find({ scans, sources }) {
    const one = scans.find(({ distributed }) => distributed)
    const outside = scans.filter(({ direction }) => direction === 'inbound' || direction === 'external')
    const members = one?.sources.length ?? new Set(outside.flatMap((scan) => scan.sources)).size
    if (one === undefined && members < 3) return undefined
    return {
      id: 'divided',
      name: 'Divided among several sources',
      purpose: 'Staying below thresholds that count each source for itself.',
      because: [
        `${several(Math.max(members, one?.sources.length ?? 0), 'source')} of ${sources.length} share the work.`,
      ],
      references: ['T1595.001'],
    }
  },
} satisfies KnownPattern
