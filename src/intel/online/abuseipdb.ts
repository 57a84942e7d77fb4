import { membersOf, timeOf } from '../format/format.ts'
import { keptText } from '../list/entry.ts'
import type { Service, ServiceAnswer } from './online.ts'

const usual = 'https://api.abuseipdb.com/api/v2/check'
/** Below this score few have complained, and about anything. */
const leastScore = 25

/**
 * AbuseIPDB: GET /api/v2/check?ipAddress=IP&maxAgeInDays=90, the key in `Key`. `abuseConfidenceScore` is 0 to 100, from what users
 * reported. Source: docs.abuseipdb.com, CHECK endpoint.
 */
export function abuseipdb(url: string | null): Service {
  return {
    request: (address, key) => ({
      url: `${url ?? usual}?ipAddress=${encodeURIComponent(address)}&maxAgeInDays=90`,
      headers: { Accept: 'application/json', ...(key !== null && { Key: key }) },
    }),
    read,
  }
}

function read(status: number, body: unknown): ServiceAnswer | undefined {
  const { data } = membersOf(body)
  const { abuseConfidenceScore: score, totalReports, isTor, isWhitelisted, isp, lastReportedAt } = membersOf(data)
  if (status !== 200 || typeof score !== 'number' || !(score >= 0 && score <= 100)) return undefined
  const reports = typeof totalReports === 'number' ? totalReports : 0
  const text = `score ${score} of 100 from ${reports} reports in 90 days${isTor === true ? ', a Tor exit' : ''}`
  const told = { name: keptText(isp), lastSeen: timeOf(lastReportedAt) }
  if (isTor === true && score < leastScore) return { about: { ...told, means: 'tor', confidence: 0.9 }, text }
  if (isWhitelisted === true) return { about: { ...told, means: 'benign', confidence: 0.8 }, text }
  if (score < leastScore) return { about: null, text }
  return { about: { lastSeen: told.lastSeen, means: 'malicious', confidence: score / 100 }, text }
}
