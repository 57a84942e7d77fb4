import { momentOf } from '../../base/moment.ts'
import { Problem } from '../../base/problem.ts'
import { bytes, several, span } from '../../base/quantity.ts'
import { type CutResult, cutCapture } from '../../capture/cut-capture.ts'
import { bytesOf } from '../../config/archive.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import { paint } from '../../report/look.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { captureSite } from './site.ts'

/** Cuts packets out of captures, and says what was written. */
export async function cut(invocation: Invocation, given: readonly string[]): Promise<number> {
  const { terminal } = invocation
  const out = invocation.text('out')
  if (out === undefined) throw new Problem('usage', 'into which file?', { hint: 'Give --out FILE.pcapng.' })
  const filter = filterOf(invocation)
  const result = await cutCapture({
    ...(await captureSite(invocation, given)),
    filter,
    out,
    limit: limitOf(invocation),
    onProgress: (done, files) => {
      if (terminal.errIsTerminal)
        terminal.err(`\r\u001b[K${done < files ? `${done} of ${several(files, 'file')}` : ''}`)
    },
  })
  if (invocation.flag('json')) terminal.out(`${jsonLine(result)}\n`)
  else terminal.out(cutText(result, (text) => paint(terminal.outLook, 'bold', text)))
  return result.malformed > 0 ? ExitCode.damaged : ExitCode.done
}

function filterOf(invocation: Invocation) {
  const [from, to] = [invocation.text('from'), invocation.text('to')]
  const networks = invocation.list('address')
  if (networks.length === 0 && from === undefined && to === undefined) {
    throw new Problem('usage', 'which packets?', { hint: 'Give --address, or --from and --to.' })
  }
  return {
    networks,
    peers: invocation.list('peer'),
    ...(from !== undefined && { from: Date.parse(momentOf('--from', from)) }),
    ...(to !== undefined && { to: Date.parse(momentOf('--to', to)) }),
  }
}

function limitOf(invocation: Invocation) {
  const [packets, size] = [invocation.text('max-packets'), invocation.text('max-bytes')]
  const most = packets === undefined ? undefined : Number(packets)
  if (most !== undefined && !(Number.isInteger(most) && most > 0)) {
    throw new Problem('usage', `--max-packets ${packets}: not a number of packets`)
  }
  const mostBytes = size === undefined ? undefined : (bytesOf(size) ?? Number(size))
  if (mostBytes !== undefined && !(mostBytes > 0)) {
    throw new Problem('usage', `--max-bytes ${size}: no size`, { hint: 'Write 500MB, 2GB, or bytes.' })
  }
  return { packets: most, bytes: mostBytes }
}

function cutText(result: CutResult, bold: (text: string) => string): string {
  const { out, packets, files, skipped, first, last, sha256, isTruncated, malformed, read, indexed } = result
  const lines = [
    `${bold(printable(out))}: ${several(packets, 'packet')} of ${several(files.length, 'capture')}, ${bytes(result.bytes)}`,
    ...(first !== null && last !== null ? [span(first, last)] : []),
    `SHA-256 ${sha256}`,
    `${bytes(read)} of captures read${indexed > 0 ? `, ${bytes(indexed)} indexed` : ''}`,
    ...(isTruncated ? ['There are more: the limit was reached. Narrow the time or the addresses, or raise it.'] : []),
    ...(malformed > 0 ? [`${several(malformed, 'damaged record')} passed over`] : []),
    ...(skipped.length > 0 ? [`${several(skipped.length, 'file')} passed over: no captures, or not readable`] : []),
  ]
  return lines.map((line, k) => `${k === 0 ? '' : '  '}${line}\n`).join('')
}
