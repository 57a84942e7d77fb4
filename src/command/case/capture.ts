import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../../base/problem.ts'
import { bytes, several } from '../../base/quantity.ts'
import { secondsOf } from '../../base/seconds.ts'
import { loadConfig } from '../../config/load.ts'
import { endsOf } from '../../pipeline/pack/packets.ts'
import { printable } from '../../report/escape.ts'
import { signed } from '../author.ts'
import { onDrain } from '../drain.ts'
import { ExitCode } from '../exit-code.ts'
import type { ActionSite, CaseAction } from './action.ts'

/** T1: packets of the case from now on, for a bounded time; what was captured is noted in the case. */
export const capture: CaseAction = {
  id: 'capture',
  usage: 'ID --for 15m [--interface IF]',
  about: 'capture packets of its sources and suspect systems with tcpdump, for a bounded time',
  async run(site) {
    const { invocation, one, store } = site
    const { terminal } = invocation
    const { config } = await loadConfig(invocation.text('config'))
    const device = invocation.text('interface') ?? config.capture?.interface
    if (device === undefined) {
      throw new Problem('usage', 'on which interface?', {
        hint: 'Give --interface IF, or `capture: {interface: IF}` in sweepwatch.yaml.',
      })
    }
    const duration = durationOf(invocation.text('for'), config.capture?.seconds)
    const out = fileOf(site)
    const { startCapture } = await import('../../capture/live-capture.ts')
    const running = await startCapture({
      interface: device,
      filter: { networks: endsOf(one) },
      duration,
      maxBytes: (config.capture?.megabytes ?? 500) * 1e6,
      out,
    })
    onDrain(() => running.stop())
    terminal.err(`sweepwatch: capturing on ${printable(device)} for ${duration / 1000} s at most; Ctrl-C ends it\n`)
    const { packets, bytes: size, sha256, dropped, ended } = await running.done.finally(() => onDrain(undefined))
    store.append(one.id, [signed(invocation, { kind: 'captured', file: out, packets, sha256 }, `ended by ${ended}`)])
    const lost = dropped > 0 ? `, ${several(dropped, 'packet')} lost by the kernel` : ''
    terminal.out(`case ${one.id}: ${several(packets, 'packet')} (${bytes(size)}) in ${printable(out)}${lost}\n`)
    return ExitCode.done
  },
}

/** Milliseconds. */
function durationOf(text: string | undefined, configured = 600): number {
  const seconds = text === undefined ? configured : secondsOf(text)
  if (seconds !== undefined && seconds >= 1 && seconds <= 86_400) return 1000 * seconds
  throw new Problem('usage', `--for ${text}: not a time`, { hint: 'Write 30s, 15m or 2h; a day at most.' })
}

/** A new file in the state directory. */
function fileOf({ directory, one }: ActionSite): string {
  const folder = join(directory, 'captures')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const number = 1 + one.history.filter(({ body }) => body.kind === 'captured').length
  return join(folder, `${one.id}-${number}.pcap`)
}
