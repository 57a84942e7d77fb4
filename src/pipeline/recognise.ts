import { Problem } from '../base/problem.ts'
import type { Format } from '../format/format.ts'
import { builtInFormats, type Formats } from '../format/formats.ts'

/** How much of an input formats are shown to recognise it. */
export const sniffBytes = 64 * 1024

/** The format that is surest of these first bytes; throws a `Problem` with code `unknown-format` where none claims them. */
export function recognise(head: Uint8Array, name: string, formats: Formats = builtInFormats): Format {
  let best: Format | undefined
  let most = 0
  for (const format of formats.list) {
    const sure = format.sniff(head, name)
    if (sure > most) {
      most = sure
      best = format
    }
  }
  if (best) return best
  throw new Problem('unknown-format', `${name}: no known log format (it begins ${describe(head)})`, {
    hint: `Known are ${formats.ids.join(', ')}; --format ID reads it as one of them.`,
  })
}

/** The first bytes for a person: quoted text where it is text, hex where it is not. Nothing in it can steer a terminal. */
function describe(head: Uint8Array): string {
  const start = head.subarray(0, 48)
  const line = start.subarray(0, start.indexOf(10) >>> 0)
  const printable = line.length > 0 && line.every((byte) => byte >= 32 && byte < 127)
  if (printable) return JSON.stringify(Buffer.from(line).toString('latin1'))
  return `with the bytes ${Buffer.from(start.subarray(0, 16)).toString('hex')}`
}
