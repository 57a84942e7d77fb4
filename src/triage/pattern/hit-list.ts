import { isHitList } from '../hit-list.ts'
import type { KnownPattern } from './pattern.ts'

export default {
  id: 'hit-list',
  find({ scans }) {
    const scan = scans.find(isHitList)
    if (scan === undefined) return undefined
    const { established, refused } = scan.outcomes
    return {
      id: 'hit-list',
      name: 'A list of live targets',
      purpose:
        'The targets were known before: from an earlier scan, a search engine of services, or DNS. TeamTNT scans such lists ("specific lists of target IP addresses").',
      because: [
        `${established + refused} of ${scan.probes} probes went to systems that live, in a block of which it touched ${Math.round(100 * scan.targets.coverage)}%.`,
      ],
      references: ['https://attack.mitre.org/groups/G0139/', 'T1595.001'],
    }
  },
} satisfies KnownPattern
