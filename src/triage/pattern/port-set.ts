import { ranges } from '../../base/quantity.ts'
import { campaignOf } from './campaigns.ts'
import type { KnownPattern } from './pattern.ts'

export default {
  id: 'port-set',
  find({ scans }) {
    const outside = scans.filter(({ direction }) => direction === 'inbound' || direction === 'external')
    for (const { targets } of outside.length > 0 ? outside : scans) {
      const campaign = targets.ports.length > 0 ? campaignOf(targets.ports) : undefined
      if (!campaign) continue
      const { id, name, purpose, references } = campaign
      return {
        id: `ports-${id}`,
        name: `Looks for: ${name}`,
        purpose,
        because: [`It asked for ${ranges(targets.ports)}.`],
        references,
      }
    }
    return undefined
  },
} satisfies KnownPattern
