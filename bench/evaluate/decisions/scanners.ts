import { openAllowlist } from '../../../src/asset/allowlist.ts'
import type { AllowEntry } from '../../../src/asset/asset.ts'
import { openInventory } from '../../../src/asset/inventory.ts'
import type { Dossier } from '../../../src/intel/intel.ts'
import type { CaseContext } from '../../../src/pipeline/cases/context.ts'
import type { Random } from '../../random.ts'
import type { Wanted } from './reliability.ts'

/** Who sweeps, what is known of them, and what the sweep alone asks for. */
export interface Scanner {
  readonly name: string
  readonly weight: number
  readonly address: string
  /** Where it touches our block here and there only, as a scan of the whole Internet does. */
  readonly thin?: boolean
  readonly alone: Wanted
  /** What an attack asks for, where nothing was taken. */
  readonly attacking: Wanted
  /** The chance that a deed follows. */
  readonly deed: number
  readonly context: (random: Random) => Promise<CaseContext>
}

const outside = '203.0.113.9'
const inside = '10.20.0.250'

const declared: AllowEntry = {
  id: 'weekly',
  sources: [outside],
  targets: ['192.0.2.0/24'],
  ports: [],
  methods: [],
  window: { start: '2026-11-22T02:30', zone: 'UTC', minutes: 120, rule: 'FREQ=WEEKLY;BYDAY=SU' },
  owner: 'vulnerability management',
  ticket: 'CHG-1',
  reason: 'weekly scan',
  expires: '2026-12-31',
}

/** Each leaves the entry in another way. */
export const leavings: readonly ((entry: AllowEntry) => AllowEntry)[] = [
  (entry) => ({ ...entry, targets: ['198.18.0.0/28'] }),
  (entry) => ({ ...entry, ports: ['9'] }),
  (entry) => ({ ...entry, methods: ['arp'] }),
  (entry) => ({ ...entry, expires: '2026-11-01' }),
  (entry) => ({
    ...entry,
    window: { start: '2026-11-20T12:00', zone: 'UTC', minutes: 60, rule: 'FREQ=WEEKLY;BYDAY=FR' },
  }),
]

const nothing = async () => ({})

export const scanners: readonly Scanner[] = [
  {
    name: 'unknown',
    weight: 40,
    address: outside,
    alone: 'escalate',
    attacking: 'escalate',
    deed: 0.5,
    context: nothing,
  },
  {
    name: 'noise',
    weight: 14,
    address: outside,
    thin: true,
    alone: 'leave',
    attacking: 'escalate',
    deed: 0.1,
    context: nothing,
  },
  {
    name: 'declared',
    weight: 15,
    address: outside,
    alone: 'close',
    attacking: 'close',
    deed: 0.3,
    context: async () => ({ allowlist: await openAllowlist([declared]) }),
  },
  {
    name: 'beyond what was declared',
    weight: 7,
    address: outside,
    alone: 'escalate',
    attacking: 'escalate',
    deed: 0.2,
    context: async (random) => {
      const leave = leavings[random.below(leavings.length)] as (entry: AllowEntry) => AllowEntry
      return { allowlist: await openAllowlist([leave(declared)]) }
    },
  },
  {
    name: 'partner',
    weight: 9,
    address: outside,
    alone: 'leave',
    attacking: 'escalate',
    deed: 0.2,
    context: async () => {
      const partners = [{ name: 'a partner', networks: ['203.0.113.0/24'], contact: null }]
      return { inventory: (await openInventory({ files: [], partners })).inventory }
    },
  },
  {
    name: 'research',
    weight: 8,
    address: outside,
    alone: 'leave',
    attacking: 'escalate',
    deed: 0.03,
    context: async () => ({ intelligence: { about: async (address) => researcher(address) } }),
  },
  { name: 'ours', weight: 7, address: inside, alone: 'escalate', attacking: 'escalate', deed: 0.3, context: nothing },
]

/** What a list of research scanners would say. */
function researcher(address: string): Dossier {
  const research = address === outside ? 'a research scanner' : null
  const identity = {
    address,
    scope: 'public' as const,
    asn: null,
    organisation: null,
    country: null,
    kind: research === null ? null : ('research' as const),
    research,
    reverseName: null,
    because: [],
  }
  return { identity, hits: [], looked: ['a list of research scanners'] }
}
