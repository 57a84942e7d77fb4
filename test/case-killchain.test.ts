/** The kill chain of the lab: scan, second pass, exploitation, guessing, exfiltration, a scan inside; as one case, in order. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import type { Analysis } from '../src/case/analysis.ts'
import type { Case, Sign } from '../src/case/case.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { labInputs, labNetworks } from './lab-set.ts'

const capture = labInputs.find(({ name, kind }) => name === 'killchain' && kind === 'packets')

describe("the lab's kill chain", { skip: capture === undefined && 'killchain.pcap: ../shared/data is absent' }, () => {
  let analysis: Analysis
  let one: Case
  const signs = (kind: Sign['kind']) => one.triage?.signs.filter((sign) => sign.kind === kind) ?? []

  before(async () => {
    analysis = await analyze({ paths: [capture?.path ?? ''], net: labNetworks })
    one = analysis.cases[0] as Case
  })

  test('everything is one case: the scan, the second source it was handed to, and the host that went on inside', () => {
    assert.equal(analysis.cases.length, 1)
    assert.deepEqual(
      one.scans.map(({ scan }) => scan.sources[0]),
      ['203.0.113.88', '192.0.2.20'],
    )
    assert.match(one.scans[1]?.joined ?? '', /192\.0\.2\.20 had answered/)
    assert.deepEqual(
      one.accomplices.map(({ source }) => source),
      ['100.64.0.2'],
    )
  })

  test('E4: it escalates, and says by which rule and why', () => {
    assert.equal(one.decision?.decision, 'escalate')
    assert.equal(one.decision?.rule, 'E4')
    assert.equal(one.severity, 'critical')
    assert.ok((one.decision?.facts['exploitation'] as number) >= 0.5, 'E3 would hold as well')
    assert.ok((one.decision?.because.length ?? 0) >= 3)
  })

  test('E3: the exploited hosts are named, with the request', () => {
    const attacked = signs('exploit').map(({ host }) => host)
    assert.deepEqual(attacked, ['192.0.2.10', '192.0.2.11', '192.0.2.12', '192.0.2.13', '192.0.2.14'])
    assert.ok(signs('exploit').every(({ text }) => text.includes('/etc/passwd')))
    const [guessed] = signs('guessing')
    assert.equal(guessed?.host, '192.0.2.20')
    assert.equal(guessed?.count, 60, 'the probe is none of them')
    assert.match(guessed?.text ?? '', /connected 60 times/)
    const session = signs('session').find(({ host }) => host === '192.0.2.10')
    assert.match(session?.text ?? '', /beyond probing it: 5 connections/)
    const guessing = one.triage?.patterns.find(({ id }) => id === 'password-guessing')
    assert.match(guessing?.because[0] ?? '', /^60 attempts/)
  })

  test('Q4: exfiltration and the new scanner are named, in order', () => {
    const [out] = signs('outbound-volume')
    assert.deepEqual([out?.host, out?.peer, out?.port], ['192.0.2.20', '203.0.113.88', 4444])
    assert.ok((out?.bytesOut ?? 0) > 24e6 && (out?.bytesOut ?? 0) < 28e6)
    const [inside] = signs('inside-scan')
    assert.equal(inside?.host, '192.0.2.20')
    const order = (one.triage?.signs ?? []).map(({ kind }) => kind)
    const firsts = ['exploit', 'guessing', 'outbound-volume', 'inside-scan'].map((kind) =>
      order.indexOf(kind as Sign['kind']),
    )
    assert.deepEqual(
      firsts,
      [...firsts].sort((x, y) => x - y),
    )
    const answer = one.triage?.answers.find(({ question }) => question === 'Q4')
    assert.equal(answer?.answer, 'yes')
    assert.ok((answer?.wouldTell.length ?? 0) > 0, 'what these logs cannot show is said')
  })

  test('evidence points at the packets: of the transfer, of a traversal', () => {
    const bytes = readFileSync(capture?.path ?? '')
    const [attack] = signs('exploit')
    const place = attack?.evidence[0]
    // The packet that carries the request, from the attacker to port 80.
    const packet = bytes.subarray((place?.offset ?? 0) + 16, (place?.offset ?? 0) + (place?.length ?? 0))
    assert.equal(packet.subarray(26, 30).join('.'), '203.0.113.88')
    assert.equal(packet.subarray(30, 34).join('.'), '192.0.2.10')
    assert.equal(packet.readUInt16BE(36), 80)
    assert.match(packet.toString('latin1'), /GET .*\/etc\/passwd/)
    assert.ok((place?.at ?? '') >= (attack?.first ?? ''))
  })

  test('evidence of the scan inside is a record of that scan', () => {
    const bytes = readFileSync(capture?.path ?? '')
    const [inside] = signs('inside-scan')
    const place = inside?.evidence[0]
    const packet = bytes.subarray((place?.offset ?? 0) + 16, (place?.offset ?? 0) + (place?.length ?? 0))
    assert.equal(packet.subarray(26, 30).join('.'), '192.0.2.20')
    assert.equal(packet.subarray(30, 33).join('.'), '10.20.0')
  })

  test('C2: the host that was taken is suspect; those that were only attacked are not called clean', () => {
    const state = new Map(one.triage?.touched.map(({ address, state }) => [address, state]))
    assert.equal(state.get('192.0.2.20'), 'suspect')
    for (const host of ['192.0.2.10', '192.0.2.14']) assert.equal(state.get(host), 'unknown')
    const taken = one.triage?.touched.find(({ address }) => address === '192.0.2.20')
    assert.match(taken?.answered.find(({ port }) => port === 22)?.banner ?? '', /^SSH-2\.0-OpenSSH/)
  })

  test('A2: two-phase probing and password guessing are recognised, with the tool', () => {
    const ids = one.triage?.patterns.map(({ id }) => id) ?? []
    for (const id of ['two-phase', 'password-guessing', 'tool-nmap']) assert.ok(ids.includes(id), `${id} in ${ids}`)
  })

  test('A3: related lines are listed, each with why', () => {
    const related = one.triage?.related ?? []
    assert.ok(related.some(({ src, dst, port }) => src === '192.0.2.20' && dst === '203.0.113.88' && port === 4444))
    assert.ok(related.every(({ why, evidence }) => why.length > 0 && evidence.source !== ''))
  })

  test('D11: what belongs to it is seen, or said not to be observable', () => {
    const states = new Map(one.triage?.techniques.map(({ id, state }) => [id, state]))
    assert.equal(states.get('T1590'), 'seen')
    assert.equal(states.get('T1133'), 'seen')
    assert.equal(states.get('T1046'), 'seen')
    for (const id of ['T1593', 'T1596', 'T1587', 'T1588']) assert.equal(states.get(id), 'not-observable')
  })

  test('the same input gives the same cases, byte for byte', async () => {
    const again = await analyze({ paths: [capture?.path ?? ''], net: labNetworks })
    assert.equal(JSON.stringify(again.cases), JSON.stringify(analysis.cases))
  })
})
