/** What a case says of services and techniques: each service once, no remote service where only the web was used. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { now } from '../src/base/clock.ts'
import type { Case, CaseScan, TouchedHost } from '../src/case/case.ts'
import { servicesFound } from '../src/case/services-found.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import learned from '../src/pipeline/pack/learned.ts'
import { summaryOf } from '../src/report/case/summary.ts'
import { labInputs, labNetworks } from './lab-set.ts'

const capture = labInputs.find(({ name, kind }) => name === 'killchain' && kind === 'packets')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-services-'))
after(() => rmSync(folder, { recursive: true }))

test('a service that two scans found is one service', () => {
  const web = { address: '192.0.2.10', port: 80, protocol: 'tcp' }
  const ssh = { address: '192.0.2.10', port: 22, protocol: 'tcp' }
  assert.deepEqual(servicesFound([{ open: [web, ssh] }, { open: [ssh, web] }]), [web, ssh])
})

describe("the lab's kill chain", { skip: capture === undefined && 'killchain.pcap: ../shared/data is absent' }, () => {
  let one: Case
  before(async () => {
    const { cases } = await analyze({ paths: [capture?.path ?? ''], net: labNetworks })
    one = cases[0] as Case
  })
  const technique = (id: string) => one.triage?.techniques.find((each) => each.id === id)

  test('D11: T1133 is said of remote access, not of requests to a web server; what may be no theft is said with perhaps', () => {
    assert.equal(technique('T1133')?.state, 'seen')
    assert.ok(technique('T1133')?.because.every((text) => /tcp\/22/.test(text)))
    assert.ok(technique('T1048')?.because.every((text) => text.startsWith('Perhaps: ')))
  })

  test('services are counted once, however many scans of the case found them', () => {
    const twice = { ...one, scans: [...one.scans, ...one.scans] as CaseScan[] }
    assert.equal(summaryOf(twice).answered, summaryOf(one).answered)
  })

  test('T4: learned.csv lists an address and port once, with its banner', async () => {
    const touched = (one.triage?.touched ?? []).map((host): TouchedHost => {
      return { ...host, answered: [...host.answered.map((each) => ({ ...each, banner: null })), ...host.answered] }
    })
    const doubled = { ...one, triage: one.triage && { ...one.triage, touched } }
    const options = { own: [], internal: false, organisation: '', contact: null, program: 'sweepwatch', version: '0' }
    const site = {
      options,
      hosts: [],
      own: [],
      captures: [],
      index: undefined,
      archive: undefined,
      now: now(),
      progress() {},
    }
    await learned.write({
      ...site,
      one: doubled,
      directory: folder,
      options: { own: [], share: [], salt: '' } as never,
    })
    const rows = readFileSync(join(folder, 'learned.csv'), 'utf8').trim().split('\r\n').slice(1)
    const keys = rows.map((row) => row.split(',')).map(([address, , , , port]) => `${address} ${port}`)
    assert.equal(new Set(keys).size, keys.length)
    assert.ok(rows.some((row) => /192\.0\.2\.20.*SSH-2\.0/.test(row)))
  })
})
