import { uuid5 } from './uuid.ts'

/** Identities are named by what they are called, whichever case they report. */
const identities = '2e7a5c1d-94b0-4d0e-8a8f-6a1f0c3b9d55'

/** The STIX identity of who reports: the same in STIX, CACAO and MISP. */
export function identityUuid(organisation: string): string {
  return uuid5(identities, organisation)
}
