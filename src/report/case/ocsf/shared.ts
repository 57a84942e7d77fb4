import { clipped } from '../../escape.ts'
import { vendor } from '../alert.ts'
import { mapStrings } from '../strings.ts'

/** The version of the schema that the tests hold this against. */
const schemaVersion = '1.9.0-dev'
const longestText = 4096
const longestVersion = 500

/** A number of an enumeration and what the schema calls it. */
export type Caption = readonly [number, string]

/** Of every event that we make. @param version Sweepwatch's */
export function sharedMetadata(version: string): object {
  return {
    version: schemaVersion,
    product: { name: vendor, vendor_name: vendor, version: clipped(version, longestVersion) },
  }
}

/** Whatever a log, a list or a peer put into it, no text is longer than a copied record. */
export function bounded(document: object): object {
  return mapStrings(document, (text) => clipped(text, longestText))
}
