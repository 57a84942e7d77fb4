import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../src/base/address.ts'
import type { Scan } from '../src/detect/finding.ts'
import { analyzeLab, type LabInput, labBytes, labInputs } from './lab-set.ts'
import { checkTerms, replay } from './score-replay.ts'

for (const input of labInputs.filter(({ truth }) => truth.expected_verdict === 'scan')) {
  test(`${input.name}, ${input.kind}: the score is replayed from the evidence, and each step points at its record`, async () => {
    const { scans } = await analyzeLab(input, true)
    const bytes = labBytes(input)
    for (const { scan } of scans) {
      replay(scan)
      checkTerms(scan)
      checkRecords(input, scan, bytes)
    }
  })
}

function checkRecords(input: LabInput, scan: Scan, bytes: Buffer): void {
  for (const step of scan.evidence.steps) {
    assert.equal(step.source, input.path)
    const record = bytes.subarray(step.offset, step.offset + step.length)
    assert.equal(record.length, step.length)
    const source = input.kind === 'packets' ? packetSource(record) : lineSource(record)
    assert.ok(scan.sources.includes(source), `${step.offset}: a record of ${source}, who is not accused`)
  }
}

/** The sender in a capture record: 16 bytes of record header, Ethernet, IP, read without the decoder under test. */
function packetSource(record: Buffer): string {
  assert.equal(record.readUInt32LE(8), record.length - 16, 'a whole record')
  const ip = record.subarray(30)
  if (record.readUInt16BE(28) === 0x0800) return [...ip.subarray(12, 16)].join('.')
  assert.equal(record.readUInt16BE(28), 0x86dd)
  return canonical(
    ip
      .subarray(8, 24)
      .toString('hex')
      .replace(/(....)(?!$)/g, '$1:'),
  )
}

function lineSource(record: Buffer): string {
  const line = record.toString('latin1')
  assert.equal(line.trimEnd().split('\n').length, 1, 'one line')
  return canonical(/ SRC=(\S+)/.exec(line)?.[1] ?? '')
}

/** IPv6 text as a URL writes it (RFC 5952), which is not our own formatting; IPv4 as it is. */
function canonical(text: string): string {
  assert.ok(parseAddress(text), text)
  return text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text
}
