import { membersOf, timeOf } from '../format/format.ts'
import { keptText } from '../list/entry.ts'
import type { Service, ServiceAnswer } from './online.ts'

const usual = 'https://api.greynoise.io/v3/community/'

/**
 * GreyNoise's community API: GET /v3/community/IP, the key (not required) in `key`. `noise`: it scans the Internet; `riot`: a
 * common business service; `classification` benign, malicious or unknown. 404: not seen. Source: docs.greynoise.io, Community API.
 */
export function greynoise(url: string | null): Service {
  return {
    request: (address, key) => ({
      url: `${url ?? usual}${encodeURIComponent(address)}`,
      headers: { Accept: 'application/json', ...(key !== null && { key }) },
    }),
    read,
  }
}

function read(status: number, body: unknown): ServiceAnswer | undefined {
  const { noise, riot, classification, name, last_seen: lastSeen } = membersOf(body)
  if (typeof noise !== 'boolean' || typeof riot !== 'boolean') return undefined
  if (status === 404 || !(noise || riot)) return { about: null, text: 'not seen scanning' }
  if (status !== 200) return undefined
  const told = keptText(name)
  const organisation = told === undefined || told.toLowerCase() === 'unknown' ? undefined : told
  const kind = riot ? 'a common service' : 'seen scanning the Internet'
  const text = [kind, keptText(classification), organisation].filter((part) => part !== undefined).join(', ')
  return {
    about: { name: organisation, lastSeen: timeOf(lastSeen), ...weight(riot, classification, organisation) },
    text,
  }
}

/** A scanner that is benign and has a name is a research organisation; without a name nobody answers for it. */
function weight(riot: boolean, classification: unknown, organisation: string | undefined) {
  if (classification === 'malicious') return { means: 'malicious', confidence: 0.9 } as const
  if (riot) return { means: 'benign', confidence: 0.8 } as const
  if (classification === 'benign' && organisation !== undefined) return { means: 'research', confidence: 0.9 } as const
  return { means: 'scanner', confidence: 0.7 } as const
}
