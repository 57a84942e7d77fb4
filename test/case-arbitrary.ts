import fc from 'fast-check'
import { cases } from '../fixtures/case/sample.ts'
import { hostileText } from '../fixtures/report/sample.ts'
import type { Case } from '../src/case/case.ts'

/** Fields whose words are this project's own: no log and no list ever writes them. */
const ownWords = new Set([
  ...['type', 'kind', 'status', 'state', 'severity', 'outcome', 'question', 'answer', 'decision', 'means', 'scope'],
  ...['criticality', 'direction', 'shape', 'methods', 'knowledge', 'technique', 'encoding'],
])
/** Of a scan the detector writes them itself. */
const times = new Set(['first', 'last', 'detected', 'at'])
const numbers = new Set(['port', 'ports', 'count', 'probes', 'offset', 'length', 'bytesIn', 'bytesOut'])

/** Texts that an attacker, a list or a peer might have chosen. */
export const evil: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    hostileText,
    '',
    ' ',
    '=HYPERLINK("http://x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '\r\nSubject: forged\r\n\r\n',
    '\u001b]0;owned\u0007\u009b31m',
    '\u202e\u2066\u200b\ufeff',
    '\ud800',
    ']" forged="1',
    'a|b=c\\',
    '`*_{}[]<>#',
    '192.0.2.77 and [2001:db8:1::7]:443 of 192.0.2.0/25',
    '2026-13-45T99:99:99Z',
    '9999-12-31T23:59:59Z',
    '0000-00-00',
    '::ffff:192.0.2.1',
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }), fc.constant(10_000))
    .map(([text, length]) => text.repeat(length).slice(0, length)),
)
const odd = fc.constantFrom(0, -1, 0.5, 65_535, 65_536, 2 ** 40)

/** A sample case of which some of the strings are an attacker's, and some numbers are out of range. */
export const hostileCase: fc.Arbitrary<Case> = fc
  .tuple(
    fc.constantFrom(...cases),
    fc.array(evil, { minLength: 3, maxLength: 6 }),
    odd,
    fc.integer(),
    fc.integer({ min: 2, max: 12 }),
  )
  .map(([theCase, texts, number, seed, every]) => {
    let state = seed >>> 0 || 1
    const next = () => (state = (Math.imul(state, 48_271) + 11) >>> 0)
    const changed = (value: unknown, key: string, isScan = false): unknown => {
      if (typeof value === 'string')
        return ownWords.has(key) || (isScan && times.has(key)) || next() % every > 0
          ? value
          : texts[next() % texts.length]
      if (typeof value === 'number') return numbers.has(key) && next() % every === 0 ? number : value
      if (Array.isArray(value)) return value.map((item) => changed(item, key, isScan))
      if (value === null || typeof value !== 'object') return value
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, changed(item, name, isScan || name === 'scan')]),
      )
    }
    return changed(theCase, '') as Case
  })
