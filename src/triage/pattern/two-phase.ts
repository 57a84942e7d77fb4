import { several } from '../../base/quantity.ts'
import type { KnownPattern } from './pattern.ts'

/** First a sweep without state, then a second visit to what answered, often by another source (Spoki, USENIX Security 2022). */
export default {
  id: 'two-phase',
  find({ accomplices, signs, scans }) {
    const sessions = signs.filter(({ kind }) => kind === 'session' || kind === 'exploit' || kind === 'guessing')
    const handed = accomplices.map(({ source, because }) => `${source}: ${because}`)
    if (handed.length === 0 && (sessions.length === 0 || scans.every(({ open }) => open.length === 0))) return undefined
    const again = new Set(sessions.map(({ host, port }) => `${host} ${port}`)).size
    return {
      id: 'two-phase',
      name: 'Two-phase probing',
      purpose:
        'A first pass finds what answers; a second comes back to just that, to take banners, guess passwords or exploit.',
      because: [
        ...handed.slice(0, 8),
        ...(again > 0 ? [`It came back to ${several(again, 'service')} that had answered.`] : []),
      ],
      references: ['https://www.usenix.org/conference/usenixsecurity22/presentation/hiesgen', 'T1595.001', 'T1595.002'],
    }
  },
} satisfies KnownPattern
