import { join } from 'node:path'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { type CutResult, cutCapture } from '../../capture/cut-capture.ts'
import type { Case } from '../../case/case.ts'
import type { PackPart } from './part.ts'
import { write } from './write.ts'

/** Packets before and after the case that belong to the picture. Milliseconds. */
const before = 3600e3
const after = 24 * 3600e3
const mostSources = 4096
const limit = { packets: 2_000_000, bytes: 2 * 2 ** 30 }

/** T3: the packets of the actor, and of the systems that look taken, before, during and after. */
export default {
  id: 'packets',
  about: 'T3: the packets, cut out of the captures',
  async write({ one, directory, captures, index, progress }) {
    if (captures.length === 0) {
      const how =
        'No captures were named. Give --capture PATH (a file or a rolling directory), or `capture: {paths: …}` in sweepwatch.yaml.\n'
      return [write(directory, 'packets-missing.txt', how, 'why there are no packets here')]
    }
    progress('cutting the packets out of the captures')
    try {
      const cut = await cutForCase(one, { captures, index, out: join(directory, 'packets.pcapng') })
      const more = cut.isTruncated
        ? '; there are more: narrow the time or the addresses with `sweepwatch pcap cut`'
        : ''
      return [
        {
          name: 'packets.pcapng',
          about: `${several(cut.packets, 'packet')} of ${several(cut.files.length, 'capture')}, an hour before to a day after${more}`,
        },
      ]
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return [
        write(
          directory,
          'packets-missing.txt',
          `${error.message}\n${error.hint ?? ''}\n`,
          'why there are no packets here',
        ),
      ]
    }
  },
} satisfies PackPart

/** The packets of a case in one file, an hour before to a day after it. @throws Problem as `cutCapture` does */
export function cutForCase(
  one: Case,
  {
    captures,
    index,
    out,
  }: { readonly captures: readonly string[]; readonly index: string | undefined; readonly out: string },
): Promise<CutResult> {
  return cutCapture({
    paths: captures,
    filter: { networks: endsOf(one), from: Date.parse(one.first) - before, to: Date.parse(one.last) + after },
    out,
    limit,
    ...(index !== undefined && { index }),
  })
}

/** Everybody the case accuses, and the systems that look taken. */
export function endsOf({ sources, accomplices, triage }: Case): string[] {
  const suspects = (triage?.touched ?? []).filter(({ state }) => state === 'suspect').map(({ address }) => address)
  return [...new Set([...sources, ...accomplices.map(({ source }) => source), ...suspects])].slice(0, mostSources)
}
