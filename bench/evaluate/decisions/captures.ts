import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openAllowlist } from '../../../src/asset/allowlist.ts'
import type { AllowEntry } from '../../../src/asset/asset.ts'
import { proposeEntry } from '../../../src/asset/propose.ts'
import type { Analysis } from '../../../src/case/analysis.ts'
import { analyze } from '../../../src/pipeline/analyze.ts'
import { type LabInput, labInputs, labNetworks } from '../../../test/lab-set.ts'
import {
  alsoScanning,
  internetHost,
  type RealCase,
  realBenign,
  realCases,
  realFolder,
  scannersOf,
} from '../../../test/real-set.ts'
import type { Judged, Judgement, Wanted } from './reliability.ts'
import { leavings } from './scanners.ts'

/** Each lab capture and firewall log as it is; with an allowlist that covers what is in it; with one that does not. */
export async function labDecisions(): Promise<Judged> {
  const judgements: Judgement[] = []
  const missed: string[] = []
  for (const [n, input] of labInputs.entries()) {
    const analysis = await read(input)
    const { truth, name } = input
    const scans = truth.expected_verdict === 'scan'
    const isTaken = truth.shape === 'killchain'
    const wanted = scans ? 'escalate' : 'leave'
    judgements.push(...of('lab', name, analysis, () => ({ wanted, isTaken })))
    if (scans && analysis.cases.length === 0) missed.push(`${name} (${input.kind})`)
    if (!scans) continue
    // Who ordered a scan did not order what a host does that was taken by it.
    const ordered = isTaken ? analysis.scans.slice(0, 1) : analysis.scans
    const entries = ordered.map(({ scan }) => proposeEntry(scan, { owner: 'the owner', reason: 'a weekly scan' }))
    const close = isTaken ? 'escalate' : 'close'
    judgements.push(
      ...of('lab, declared', name, await read(input, entries), () => ({ wanted: close, alone: 'close', isTaken })),
    )
    const left = await read(
      input,
      entries.map((entry) => leaving(entry, n)),
    )
    judgements.push(...of('lab, beyond what was declared', name, left, () => ({ wanted: 'escalate', isTaken })))
  }
  return { judgements, missed }
}

/** An entry that no longer covers the scan it was made for, in the n-th of several ways. */
function leaving(entry: AllowEntry, n: number): AllowEntry {
  // Ports say nothing of a scan that has none.
  const ways = entry.ports.length === 0 ? leavings.filter((leave) => leave(entry).ports.length === 0) : leavings
  return (ways[n % ways.length] as (typeof leavings)[number])(entry)
}

async function read({ path }: LabInput, entries?: readonly AllowEntry[]): Promise<Analysis> {
  const context = entries === undefined ? {} : { allowlist: await openAllowlist(entries) }
  return analyze({ paths: [path], net: labNetworks, context })
}

/** Other people's captures and logs: their scans are to be escalated, ordinary traffic and a day's noise are not. */
export async function otherDecisions(): Promise<Judged> {
  const judgements: Judgement[] = []
  const missed: string[] = []
  const inputs: readonly RealCase[] = [
    ...realCases.filter(({ expect_alert: alert, file }) => alert !== null && !file.startsWith(internetHost)),
    ...realBenign.map((file) => ({ file, expect_alert: false, kind: 'ordinary', scanners: '', targets: '' })),
  ]
  for (const one of inputs) {
    const analysis = await analyze({ paths: [join(realFolder, one.file)] })
    const scanners = one.expect_alert === true ? [...scannersOf(one), ...(alsoScanning[one.file] ?? [])] : []
    const wanted = (sources: readonly string[]): Wanted =>
      sources.some((source) => scanners.includes(source)) ? 'escalate' : 'leave'
    judgements.push(...of("others'", one.file, analysis, (sources) => ({ wanted: wanted(sources), isTaken: false })))
    if (one.expect_alert === true && analysis.cases.length === 0) missed.push(one.file)
  }
  const log = join(realFolder, internetHost, 'conn_2024-04-19.log')
  if (existsSync(log)) {
    const analysis = await analyze({ paths: [log] })
    judgements.push(...of('a day of an Internet host', log, analysis, () => ({ wanted: 'leave', isTaken: false })))
  }
  return { judgements, missed }
}

function of(
  set: string,
  name: string,
  { cases }: Analysis,
  truth: (sources: readonly string[]) => {
    readonly wanted: Wanted
    readonly alone?: Wanted
    readonly isTaken: boolean
  },
): Judgement[] {
  return cases.flatMap(({ sources, decision }) => {
    if (decision === null) return []
    const { wanted, alone = wanted, isTaken } = truth(sources)
    const { rule, confidence } = decision
    const founded = (rule !== 'E4' && rule !== 'E3') || isTaken
    return [{ set, name, wanted, alone, decision: decision.decision, rule, confidence, founded }]
  })
}
