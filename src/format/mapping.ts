import { EventBatch } from '../event/batch.ts'
import { Dictionary } from '../event/dictionary.ts'
import type { TableHead } from '../framing/table.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { MappedRow } from './mapping/row.ts'
import { hasHeader, headerName, headOf, mayBeHeader, openTaker, readHeader, Taken, text } from './mapping/spans.ts'
import type { Mapping } from './mapping/spec.ts'

/** What the configuration says counts before what is built in. */
const told = 6
/** Where the mapping does not say what it is for: its header, or lines that it reads. */
const likely = 5
const mostLines = 20
const mismatch = {
  csv: 'no header line came before',
  json: 'not a JSON object',
  regex: 'the pattern does not match, or the line is longer than 8 KiB',
}

/** A format that the configuration describes. The mapping has no errors (`mappingErrors`). */
export function mappedFormat(mapping: Mapping): LineFormat {
  return {
    id: mapping.id,
    title: mapping.title ?? 'From the configuration',
    about: 'A format described under formats: in the configuration; see docs/formats.md, "Your own format".',
    framing: 'line',
    maxRows: 1,
    sniff: (head, name) => sniff(mapping, head, name ?? ''),
    open: (context) => open(mapping, context),
    ...(hasHeader(mapping) && {
      carry: {
        start: () => headOf(mapping),
        pass: (state, bytes, from, to) => passHeader(mapping, state as TableHead, bytes, from, to),
      },
    }),
  }
}

function open(mapping: Mapping, context: FormatContext): Decode {
  const taker = openTaker(mapping, context.carried)
  const row = new MappedRow(mapping, context)
  const skip = mapping.skip === undefined ? undefined : new RegExp(mapping.skip)
  return (bytes, from, to, batch) => {
    if (from === to || skip?.test(text(bytes, from, Math.min(to, from + 1024)))) return Decoded.ignored
    const taken = taker.take(bytes, from, to)
    if (taken === Taken.header) return Decoded.ignored
    if (taken === Taken.mismatch) {
      batch.reason = mismatch[mapping.lines]
      return Decoded.malformed
    }
    const i = batch.begin()
    const reason = row.read(bytes, taker, batch, i)
    if (reason === '') return Decoded.event
    batch.undo()
    batch.reason = reason
    return Decoded.malformed
  }
}

/** A header is the first line; one more stands where files were put together. */
function passHeader(mapping: Mapping, head: TableHead, bytes: Uint8Array, from: number, to: number): void {
  const name = headerName(mapping)
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, to)
  for (let at = from; at < to; ) {
    const newline = all.indexOf(10, at)
    const end = newline < 0 ? to : newline
    const stop = bytes[end - 1] === 13 ? end - 1 : end
    if (mayBeHeader(head, name, bytes, at, stop)) readHeader(mapping, head, text(bytes, at, stop))
    at = end + 1
  }
}

function sniff(mapping: Mapping, head: Uint8Array, name: string): number {
  const { match } = mapping
  if (match !== undefined) {
    const isNamed = match.file === undefined || glob(match.file).test(name)
    return isNamed && (match.firstLine === undefined || new RegExp(match.firstLine).test(firstLine(head))) ? told : 0
  }
  if (hasHeader(mapping)) return readHeader(mapping, headOf(mapping), firstLine(head)) ? likely : 0
  return readsFirst(mapping, head) ? likely : 0
}

function firstLine(head: Uint8Array): string {
  const end = head.indexOf(10)
  return text(head, 0, Math.min(end < 0 ? head.length : end, 8192)).trimEnd()
}

/** Whether the mapping reads most of the first lines. */
function readsFirst(mapping: Mapping, head: Uint8Array): boolean {
  const decode = open(mapping, { newest: 1e16, rules: new Dictionary() })
  const batch = new EventBatch(mostLines + 4)
  let lines = 0
  let from = 0
  for (; lines < mostLines && from < head.length; lines++) {
    const newline = head.indexOf(10, from)
    const to = newline < 0 ? head.length : newline
    batch.texts.bytes = head
    decode(head, from, head[to - 1] === 13 ? to - 1 : to, batch)
    from = to + 1
  }
  return batch.length > 0 && batch.length * 2 >= lines
}

/** A file name's pattern: `*` and `?`; without a slash it is about the last part of the path. */
function glob(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
  return new RegExp(`(^|/)${escaped}$`)
}
