/** One day of one Internet-facing host: 148 scanners become a handful of cases above the background. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Analysis } from '../src/case/analysis.ts'
import { intelSection } from '../src/config/intel.ts'
import { openIntelligence } from '../src/intel/open.ts'
import { analyze } from '../src/pipeline/analyze.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../shared/data/real/g3_labelled/rita_internet_host')
const log = join(folder, 'conn_2024-04-19.log')

describe('a day of an Internet host', {
  skip: !existsSync(log) && 'rita_internet_host: ../shared/data is absent',
}, () => {
  let analysis: Analysis

  before(async () => {
    analysis = await analyze({ paths: [log] })
  })

  test('fewer than 30 cases stand above the background, in the order in which they should be looked at', () => {
    const above = analysis.cases.filter(({ decision }) => decision?.decision !== 'close')
    assert.ok(above.length > 0 && above.length < 30, `${above.length}`)
    const lastAbove = analysis.cases.findLastIndex(({ decision }) => decision?.decision !== 'close')
    assert.equal(lastAbove, above.length - 1, 'the background stands behind them')
  })

  test('every source of ten ports or more keeps its own record, and every merge says why', () => {
    const rows = readFileSync(join(folder, 'derived_sources_2024-04-19.tsv'), 'utf8').trim().split('\n').slice(1)
    const wanted = rows.map((row) => row.split('\t')).filter(([, , ports]) => Number(ports) >= 10)
    assert.ok(wanted.length > 100)
    const scans = analysis.scans.map(({ scan }) => scan)
    for (const [source] of wanted)
      assert.ok(
        scans.some(({ sources }) => sources.includes(source as string)),
        `${source} has a record`,
      )
    const inCases = analysis.cases.flatMap(({ scans }) => scans)
    assert.equal(new Set(inCases.map(({ scan }) => scan.id)).size, scans.length, 'each scan is in a case')
    assert.equal(inCases.length, scans.length, 'and in one only')
    for (const { joined } of inCases) assert.ok(joined.length > 10)
  })

  test('D8: the coordinated slow group is one case, told by its pace', () => {
    const members = [
      '79.124.40.70',
      '79.124.49.86',
      '79.124.56.142',
      '79.124.58.158',
      '79.124.59.202',
      '79.124.60.6',
      '79.124.60.194',
      '91.148.190.134',
      '91.148.190.146',
    ]
    const holders = analysis.cases.filter(({ sources }) => members.some((member) => sources.includes(member)))
    assert.equal(holders.length, 1)
    for (const member of members) assert.ok(holders[0]?.sources.includes(member), member)
    assert.ok(holders[0]?.scans.some(({ joined }) => /at one pace/.test(joined)))
    assert.ok((holders[0]?.sources.length ?? 0) < 20, 'and strangers are not in it')
    assert.notEqual(holders[0]?.decision?.decision, 'close')
  })

  test('two sources with just the same list of ports are one case', () => {
    const pair = analysis.cases.filter(
      ({ sources }) => sources.includes('47.89.128.90') || sources.includes('47.252.52.245'),
    )
    assert.equal(pair.length, 1)
  })

  test('D10: nothing of it is escalated; what stands out is said to', () => {
    for (const { decision } of analysis.cases) assert.notEqual(decision?.decision, 'escalate')
    const loudest = analysis.cases.find(({ sources }) => sources.includes('165.154.254.36'))
    assert.match(
      loudest?.triage?.answers.find(({ question }) => question === 'D10')?.because.join(' ') ?? '',
      /stands out with 1,015 probes/,
    )
  })

  test('Q2: research scanners are recognised as such, by published lists; the loudest sources are none', async () => {
    const reference = join(folder, '../../g4_reference')
    const intelligence = await openIntelligence({
      settings: intelSection.parse({
        lists: {
          scanners: { path: join(reference, 'known_scanners'), means: 'research' },
          warnings: { path: join(reference, 'misp_warninglists') },
        },
      }),
    })
    const rows = readFileSync(join(folder, 'derived_sources_2024-04-19.tsv'), 'utf8').trim().split('\n').slice(1)
    const labelled = rows.map((row) => row.split('\t')).filter(([, , , , , , , label]) => label)
    assert.ok(labelled.length > 1000)
    const at = Date.parse('2024-04-19T12:00:00Z')
    let known = 0
    for (const [source] of labelled)
      if ((await intelligence.about(source ?? '', at)).identity.research !== null) known++
    assert.ok(known >= 0.99 * labelled.length, `${known} of ${labelled.length}`)
    const { cases } = await analyze({ paths: [log], context: { intelligence } })
    const loudest = cases.find(({ sources }) => sources.includes('165.154.254.36'))
    assert.equal(loudest?.triage?.answers.find(({ question }) => question === 'Q2')?.answer, 'no')
    const shodan = cases.find(({ sources }) => sources.includes('94.102.49.148'))
    assert.equal(shodan?.decision?.decision, 'close')
  })
})
