import { several } from '../../base/quantity.ts'
import { type Question, said } from './question.ts'

export default {
  id: 'Q1',
  text: 'Is the observed scanning activity within expected business operations?',
  answer({ allowed, allowEntries, reports, inventory, sources }) {
    const looked = [
      allowEntries === 0
        ? 'no allowlist is configured'
        : `${several(allowEntries, 'allowlist entry', 'allowlist entries')}`,
      reports.length === 0
        ? 'no scanner report of that time and these targets'
        : several(reports.length, 'scanner report'),
    ]
    if (allowed?.inScope) {
      const because = [
        `Allowed by ${allowed.entry.id} (${allowed.entry.owner}: ${allowed.entry.reason}).`,
        ...allowed.because,
        ...reports,
      ]
      return said('yes', reports.length > 0 ? 0.99 : 0.95, { because, looked })
    }
    if (allowed) {
      const because = [
        `${allowed.entry.owner} declared this source in ${allowed.entry.id}, but it left what was declared.`,
        ...allowed.because,
        ...reports,
      ]
      return said('no', 0.95, { because, looked })
    }
    const roles = sources.flatMap((source) => inventory?.find(source)?.roles ?? [])
    if (roles.includes('scanner')) {
      const because = [
        'The inventory calls the source a scanner, but no allowlist entry says what it may scan, and when.',
        ...reports,
      ]
      const wouldTell = ['an allowlist entry with owner, scope and expiry']
      return said('unknown', 0.5, { because, looked, wouldTell })
    }
    if (reports.length > 0) {
      const because = ['A vulnerability scanner reports this scan, but no allowlist entry declares it.', ...reports]
      return said('unknown', 0.6, {
        because,
        looked,
        wouldTell: ['who ordered the scan: an allowlist entry with owner, scope and expiry'],
      })
    }
    if (allowEntries === 0) {
      const because = ['Nothing says which scans are expected here, so it cannot be told from the logs alone.']
      const wouldTell = [
        'an allowlist (`sweepwatch allow`), the calendars of vulnerability management and penetration tests',
      ]
      return said('unknown', 0.5, { because, looked, wouldTell })
    }
    return said('no', 0.85, { because: ['No allowlist entry names the source.'], looked })
  },
} satisfies Question
