/** Ways to harm an input, as fast-check arbitraries: what is drawn shrinks to the least harm that still fails. */
import fc from 'fast-check'
import { corpus, type Sample } from './corpus.ts'
import { join, recordsOf } from './records.ts'

/** A place in an input, as a share of its length. */
const place = fc.noBias(fc.nat(999_999)).map((millionths) => millionths / 1e6)
const chunk = fc.uint8Array({ minLength: 1, maxLength: 300, size: 'max' })
const byte = fc.integer({ min: 0, max: 255 })
/** Lengths and counts that nobody means: as bytes they stand for either byte order. */
const absurdWord = fc.constantFrom(
  [255, 255, 255, 255],
  [255, 255, 255, 127],
  [0, 0, 0, 128],
  [0, 0, 0, 0],
  [0, 0, 4, 0],
  [1, 0, 0, 0],
)
const hostileText = fc.constantFrom(
  '\0\0\0\0',
  '\x1b[2J\x1b]0;owned\x07',
  '\u202e\u2066',
  'SRC= DST= PROTO=',
  '{"a":'.repeat(200),
  '[['.repeat(300),
  `"${'\\'.repeat(301)}`,
  '\t'.repeat(500),
  '-1e999',
  '999999999999999999999999999999',
  '0x7fffffffffffffff',
  '::ffff:0:0:0:0:0:0:0:0',
  '#fields\tts\tts\tts\n',
  '#separator \\x00\n',
  'NaN',
)

type Edit = (bytes: Uint8Array) => Uint8Array

const at = (bytes: Uint8Array, share: number) => Math.floor(share * bytes.length)

function overwrite(bytes: Uint8Array, from: number, by: ArrayLike<number>): Uint8Array {
  const changed = bytes.slice()
  for (let i = 0; i < by.length && from + i < changed.length; i++) changed[from + i] = by[i] as number
  return changed
}

function insert(bytes: Uint8Array, from: number, what: Uint8Array): Uint8Array {
  return join([bytes.subarray(0, from), what, bytes.subarray(from)])
}

/** `fc` shows what was drawn, not the function made of it; so the description is kept beside it. */
const named = <T>(name: string, drawn: fc.Arbitrary<T>, edit: (bytes: Uint8Array, value: T) => Uint8Array) =>
  drawn.map((value): Edit & { [fc.toStringMethod]?: () => string } =>
    Object.assign((bytes: Uint8Array) => edit(bytes, value), {
      [fc.toStringMethod]: () => `${name} ${fc.stringify(value)}`,
    }),
  )

const byteEdit = fc.oneof(
  named('set', fc.tuple(place, byte), (bytes, [where, value]) => overwrite(bytes, at(bytes, where), [value])),
  named('flip', fc.tuple(place, fc.integer({ min: 0, max: 7 })), (bytes, [where, bit]) => {
    const i = at(bytes, where)
    return overwrite(bytes, i, [(bytes[i] ?? 0) ^ (1 << bit)])
  }),
  named('absurd', fc.tuple(place, absurdWord), (bytes, [where, word]) => overwrite(bytes, at(bytes, where), word)),
  named('cut', place, (bytes, where) => bytes.slice(0, at(bytes, where))),
  named('insert', fc.tuple(place, chunk), (bytes, [where, what]) => insert(bytes, at(bytes, where), what)),
  named('text', fc.tuple(place, hostileText), (bytes, [where, text]) =>
    insert(bytes, at(bytes, where), new TextEncoder().encode(text)),
  ),
  named('delete', fc.tuple(place, fc.integer({ min: 1, max: 400 })), (bytes, [where, length]) =>
    join([bytes.subarray(0, at(bytes, where)), bytes.subarray(at(bytes, where) + length)]),
  ),
  named('repeat', fc.tuple(place, fc.integer({ min: 1, max: 3000 })), (bytes, [where, length]) =>
    insert(bytes, at(bytes, where), bytes.subarray(at(bytes, where), at(bytes, where) + length)),
  ),
  named(
    'tail',
    fc.tuple(fc.integer({ min: 4, max: 200 }), fc.uint8Array({ maxLength: 2000, size: 'max' })),
    (bytes, [head, tail]) => join([bytes.subarray(0, head), tail]),
  ),
)

/** Times nobody's clock should show, in the writings of the formats. */
const oddTimes = ['1970-01-01T00:00:00', '9999-12-31T23:59:59', '0000-00-00T99:99:99', '2262-04-11T23:47:16']
const oddSeconds = ['0.000000', '-1.5', '1e300', '253402300799.999999', '00000000000.1', '4294967295', 'NaN', '-']
const timeText = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|\b1[67]\d{8}(?:\.\d+)?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/

/** A record with another time in it: `pick` chooses which, or how far a true one moves. */
function retimed(record: Uint8Array, isText: boolean, pick: number): Uint8Array {
  if (!isText) {
    const words = [0, 1, 0x7fffffff, 0xffffffff, Math.floor(pick * 2 ** 32)]
    const word = words[Math.floor(pick * 1e4) % words.length] as number
    const place = record[0] === 6 && record[1] === 0 && record[2] === 0 ? 12 : 0
    return overwrite(record, place, [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24])
  }
  const text = Buffer.from(record).toString('latin1')
  const changed = text.replace(timeText, (old) => {
    if (old.includes('T')) return oddTimes[Math.floor(pick * oddTimes.length)] as string
    if (old.includes(' ')) return `${pick < 0.5 ? 'Feb 29' : 'Dec 31'} ${old.slice(-8)}`
    return oddSeconds[Math.floor(pick * oddSeconds.length)] as string
  })
  return new Uint8Array(Buffer.from(changed, 'latin1'))
}

const one = fc.constantFrom(...corpus)

export interface Harmed {
  readonly samples: readonly Sample[]
  readonly bytes: Uint8Array
  /** The format to read it as; recognised where absent. */
  readonly format?: string
}

/** Bytes of one input, or of two one behind the other, changed, cut, repeated or replaced anywhere. */
export const harmedBytes: fc.Arbitrary<Harmed> = fc
  .tuple(fc.array(one, { minLength: 1, maxLength: 2 }), fc.array(byteEdit, { maxLength: 8 }), fc.boolean())
  .map(([samples, edits, isNamed]) => ({
    samples,
    ...(isNamed ? { format: (samples[0] as Sample).format } : {}),
    bytes: edits.reduce((bytes, edit) => edit(bytes), join(samples.map((sample) => sample.bytes))),
  }))

/** Whole records of one input, in another order, repeated, left out, or with other times. */
export const harmedRecords: fc.Arbitrary<Harmed & { readonly count: number }> = fc
  .tuple(
    // What `recordsOf` cannot cut (a capture of the other order of bytes) has no records to be moved.
    fc.constantFrom(...corpus.filter((sample) => recordsOf(sample).records.length > 0)),
    fc.array(fc.tuple(place, fc.constantFrom('keep', 'twice', 'retime'), place), {
      minLength: 1,
      maxLength: 400,
      size: 'max',
    }),
    fc.boolean(),
  )
  .map(([sample, picks, isInOrder]) => {
    const { head, records } = recordsOf(sample)
    const chosen = picks.flatMap(([which, how, pick], n) => {
      const record = records[isInOrder ? n % records.length : Math.floor(which * records.length)] as Uint8Array
      if (how === 'twice') return [record, record]
      return [how === 'retime' ? retimed(record, sample.isText, pick) : record]
    })
    return { samples: [sample], format: sample.format, bytes: join([head, ...chosen]), count: chosen.length }
  })

/** One input cut off somewhere, and how many whole records stand before the cut. */
export const cutOff = fc.tuple(one, place).map(([sample, where]) => {
  const { head, records } = recordsOf(sample)
  const whole = join([head, ...records])
  const cut = head.length + Math.floor(where * (whole.length - head.length))
  let end = head.length
  let count = 0
  for (; count < records.length && end + (records[count] as Uint8Array).length <= cut; count++) {
    end += (records[count] as Uint8Array).length
  }
  return { sample, bytes: whole.slice(0, cut), count, isPartial: end < cut, end }
})
