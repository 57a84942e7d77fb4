/** What to do next, of a case: the systems that were taken come first, by name. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { authorised, escalated } from '../fixtures/case/sample.ts'
import type { Answer, Case } from '../src/case/case.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { caseSteps } from '../src/report/case/steps.ts'
import { caseText } from '../src/report/case/text.ts'
import { rendered } from './export-options.ts'
import { labInputs, labNetworks } from './lab-set.ts'

const capture = labInputs.find(({ name, kind }) => name === 'killchain' && kind === 'packets')

describe("the lab's kill chain", { skip: capture === undefined && 'killchain.pcap: ../shared/data is absent' }, () => {
  let one: Case
  before(async () => {
    const { cases } = await analyze({ paths: [capture?.path ?? ''], net: labNetworks })
    one = cases[0] as Case
  })

  test('E4: it begins with the taken host, its peer, port and times, then the list for a scan', () => {
    const steps = caseSteps(one, 'sweepwatch')
    assert.match(steps[0] ?? '', /^Isolate 192\.0\.2\.20 /)
    assert.match(
      steps[1] ?? '',
      /process on 192\.0\.2\.20 that sent 26 MB to 203\.0\.113\.88:4444, 2026-11-22 02:22:58/,
    )
    assert.match(steps[2] ?? '', /192\.0\.2\.20 scanned, 10\.20\.0\.0\/24 on ports 22, 445 and 3389/)
    assert.match(
      steps[3] ?? '',
      /port 22 of 192\.0\.2\.20 which of the 60 attempts of 203\.0\.113\.88 succeeded.*passwords/,
    )
    assert.match(steps[4] ?? '', /image of the memory.*192\.0\.2\.20/)
    assert.match(steps[5] ?? '', /192\.0\.2\.10, .*port 80 for the requests of 203\.0\.113\.88/)
    assert.ok(steps.findIndex((text) => text.startsWith('Rule out a scan we asked for')) > 5)
    const page = caseText(one, { colour: false, unicode: true, columns: 100 })
    assert.match(page, /What to do next\n {4}1\. Isolate 192\.0\.2\.20/)
    assert.ok(rendered('html', one).includes('Isolate 192.0.2.20'))
  })

  test('C2: what a suspect did is told whole at any width, and hosts of which the same is said stand together', () => {
    for (const columns of [60, 100]) {
      const page = caseText(one, { colour: false, unicode: true, columns })
      const hosts = page.slice(page.indexOf('  Touched hosts\n'), page.indexOf('  Related log lines\n'))
      const words = hosts.replaceAll(/\s+/g, ' ')
      const suspect = one.triage?.touched.find(({ state }) => state === 'suspect')
      assert.ok((suspect?.because.length ?? 0) >= 4)
      for (const sentence of suspect?.because ?? []) assert.ok(words.includes(sentence), sentence)
      assert.ok(hosts.split('\n').every((line) => line.length <= columns))
      assert.match(words, /unknown: \d+ hosts, 192\.0\.2\.15, 192\.0\.2\.16, .* and \d+ more\. None of the logs shows/)
      assert.equal(hosts.match(/unknown: 192/g)?.length, 5, 'those that were attacked have sentences of their own')
    }
  })
})

test('E3: attempts alone isolate nothing; the logs of what was attacked are asked', () => {
  const steps = caseSteps(
    { ...escalated, triage: escalated.triage && { ...escalated.triage, touched: [] } },
    'sweepwatch',
  )
  assert.doesNotMatch(steps.join('\n'), /Isolate/)
  assert.match(steps[0] ?? '', /192\.0\.2\.12/)
})

test('where Q1 is yes nobody is sent to the allowlist', () => {
  const triage = authorised.triage
  assert.ok(triage)
  const answers = triage.answers.map((each): Answer => (each.question === 'Q1' ? { ...each, answer: 'yes' } : each))
  const open: Case = { ...authorised, status: 'open', triage: { ...triage, answers } }
  assert.doesNotMatch(caseSteps(open, 'sweepwatch').join('\n'), /allowlist|asked for/)
})
