import { listed } from '../../base/quantity.ts'
import type { Case } from '../../case/case.ts'
import { jsonLine } from '../escape.ts'
import type { CaseExport, ExportOptions } from './case.ts'
import { type ForOthers, forOthers } from './for-others.ts'
import { changed, instant, milliTime } from './instant.ts'
import { mitre, scanningIpBlocks } from './stix/attack.ts'
import { type Maker, maker, markingOf, relation, type Subject } from './stix/maker.ts'
import { type StixObject, unique } from './stix/object.ts'
import { addressObject, observedScan } from './stix/observed.ts'
import { caseUuid } from './uuid.ts'

/** An indicator of an address is worth this long: hosts change hands. */
const validDays = 30
const day = 86_400_000
const mostIndicators = 100
const mostScans = 100

/** A bundle of STIX 2.1: that T1595.001 was sighted, by whom, when, and what was observed. */
export default {
  id: 'stix',
  title: 'STIX 2.1 bundle',
  about: 'for threat-intelligence platforms and TAXII; no address of ours is in it unless it is asked for',
  extension: 'stix.json',
  mediaType: 'application/stix+json;version=2.1',
  render: (theCase, options) => `${jsonLine(bundle(theCase, options))}\n`,
} satisfies CaseExport

function bundle(theCase: Case, options: ExportOptions): object {
  const told = forOthers(theCase, options)
  const make = maker(subjectOf(theCase, options, told))
  const observed = theCase.scans.slice(0, mostScans).flatMap(({ scan }) => {
    const found = observedScan(scan, theCase, told, options)
    if (!found) return []
    const { objects, ...times } = found
    const refs = [...new Set(objects.map(({ id }) => id))]
    return [...objects, make('observed-data', scan.id, { ...times, object_refs: refs })]
  })
  const observedRefs = observed.filter(({ type }) => type === 'observed-data').map(({ id }) => id)
  const sighting = make('sighting', '', {
    first_seen: milliTime(theCase.first),
    last_seen: milliTime(instant(theCase.last) < instant(theCase.first) ? theCase.first : theCase.last),
    count: Math.max(1, observedRefs.length + theCase.scansOmitted),
    sighting_of_ref: scanningIpBlocks.id,
    where_sighted_refs: [make.identity.id],
    ...(observedRefs.length > 0 ? { observed_data_refs: observedRefs } : {}),
    ...(theCase.decision ? { confidence: hundredths(theCase.decision.confidence) } : {}),
  })
  const parts = unique([
    mitre,
    scanningIpBlocks,
    make.identity,
    ...observed,
    sighting,
    ...indicators(theCase, told, make),
  ])
  // A grouping would say it as well, but the published schema of bundles takes none.
  const report = make('report', '', {
    name: told.title,
    description: told.sentences.join('\n'),
    report_types: ['attack-pattern', 'observed-data'],
    published: new Date(changed(theCase)).toISOString(),
    object_refs: parts.map(({ id }) => id),
  })
  const id = `bundle--${caseUuid('stix-bundle', theCase.id, `${changed(theCase)} ${options.internal}`)}`
  return { type: 'bundle', id, objects: [markingOf(options), ...parts, report] }
}

function subjectOf(theCase: Case, { organisation, internal }: ExportOptions, told: ForOthers): Subject {
  const modified = new Date(changed(theCase)).toISOString()
  return {
    id: theCase.id,
    created: milliTime(theCase.opened),
    modified,
    organisation: told.text(organisation),
    internal,
  }
}

/**
 * An indicator for each source outside our networks whose address is not known to be forged, with what is to be done about it. None where the case was
 * found harmless: others would block an authorised scanner.
 */
function indicators(theCase: Case, told: ForOthers, make: Maker): readonly StixObject[] {
  if (isHarmless(theCase)) return []
  const forgeable = new Set(
    theCase.scans.filter(({ scan }) => scan.spoofable === true).flatMap(({ scan }) => scan.sources),
  )
  const sources = told.strangers.filter((source) => !forgeable.has(source)).slice(0, mostIndicators)
  const made = sources.flatMap((source) => {
    const indicator = make('indicator', source, {
      name: `${source} scanned IP blocks`,
      indicator_types: [theCase.decision?.decision === 'escalate' ? 'malicious-activity' : 'anomalous-activity'],
      pattern: `[${addressObject(source).type}:value = '${source}']`,
      pattern_type: 'stix',
      pattern_version: '2.1',
      valid_from: milliTime(theCase.first),
      valid_until: new Date(Math.max(instant(theCase.first), instant(theCase.last)) + validDays * day).toISOString(),
      kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: 'reconnaissance' }],
    })
    return [indicator, relation(make, indicator, 'indicates', scanningIpBlocks)]
  })
  if (made.length === 0 || theCase.decision?.decision !== 'escalate') return made
  const action = make('course-of-action', '', {
    name: 'Block or throttle the sources at the perimeter, for a limited time',
    description: `Proposed for ${listed(sources, 5)}; remove the block when the indicators expire.`,
  })
  return [...made, action, relation(make, action, 'mitigates', scanningIpBlocks)]
}

function isHarmless({ outcome, triage }: Case): boolean {
  return outcome === 'expected' || outcome === 'false-alarm' || triage?.allowed?.inScope === true
}

function hundredths(share: number): number {
  return Math.min(100, Math.max(0, Math.round(share * 100)))
}
