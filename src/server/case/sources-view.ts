import type { Case } from '../../case/case.ts'
import type { Dossier } from '../../intel/intel.ts'
import { hitText, identityText } from '../../report/case/sentences.ts'
import { bounded, boundedAll } from './bounded.ts'

/** Everybody whom a case accuses, the most active first, and why each is in it. */
export interface Accused {
  readonly address: string
  readonly because: readonly string[]
  readonly dossier: Dossier | undefined
}

const mostReasons = 8

export function accusedOf(one: Case): readonly Accused[] {
  const reasons = new Map<string, string[]>(one.sources.map((source) => [source, []]))
  const add = (source: string, reason: string) => {
    const told = reasons.get(source) ?? []
    reasons.set(source, told)
    if (told.length < mostReasons) told.push(reason)
  }
  for (const { scan, joined } of one.scans) {
    const members = new Map((scan.members ?? []).map(({ source, because }) => [source, because]))
    for (const source of scan.sources) add(source, members.get(source) ?? `scan ${scan.id}: ${joined}`)
  }
  for (const { source, because } of one.accomplices) add(source, because)
  const dossiers = new Map((one.triage?.dossiers ?? []).map((dossier) => [dossier.identity.address, dossier]))
  return [...reasons].map(([address, because]) => ({ address, because, dossier: dossiers.get(address) }))
}

export function sourceOf({ address, because, dossier }: Accused) {
  return { address: bounded(address, 100), because: boundedAll(because), dossier: dossier ? dossierOf(dossier) : null }
}

function dossierOf(dossier: Dossier) {
  return {
    identity: bounded(identityText(dossier), 400),
    because: boundedAll(dossier.identity.because),
    hits: dossier.hits.map((hit) => ({ text: bounded(hitText(hit), 600), reference: bounded(hit.reference, 300) })),
    looked: boundedAll(dossier.looked),
  }
}
