import { prefixesOf } from '../../archive/address-key.ts'
import { makeArchive } from '../../archive/layout.ts'
import { type Added, type Identity, identify, Ledger } from '../../archive/ledger.ts'
import { paced } from '../../archive/paced.ts'
import { ArchiveWriter } from '../../archive/writer.ts'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { count, several } from '../../base/quantity.ts'
import { isoTime } from '../../base/time.ts'
import { Dictionary } from '../../event/dictionary.ts'
import type { Formats } from '../../format/formats.ts'
import { decodeInput } from '../../pipeline/decode.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import { openInputs } from '../../source/inputs.ts'
import type { Input } from '../../source/source.ts'
import { checkFormat, formatsOf } from '../check-format.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { newestOf } from '../newest.ts'
import { ownNetworks } from '../own-networks.ts'
import { Progress } from '../progress.ts'

/** A file of this many rows is written; more in memory makes fewer and better sorted ones. */
const rowsPerFile = 1 << 20
const writerName = 'add'

/** What is known of an input before it is read; standard input has no identity. */
interface Candidate {
  readonly input: Input
  readonly identity: Identity | undefined
  readonly before: Added | undefined
}

/**
 * Stores the events of files: all of them or, if it does not come to its end, none. A file that was added before is passed over; of one
 * that grew since, what is new is added.
 */
export async function addToArchive(
  invocation: Invocation,
  directory: string,
  paths: readonly string[],
): Promise<number> {
  if (paths.length === 0)
    throw new Problem('usage', 'archive add: nothing to add', { hint: 'Name files or directories.' })
  const formats = await formatsOf(invocation)
  const format = await checkFormat(invocation.text('format'), formats)
  const inputs = openInputs(paths)
  makeArchive(directory)
  const ledger = new Ledger(directory)
  const { net } = await ownNetworks(invocation)
  const progress = new Progress(invocation.terminal)
  const rules = new Dictionary()
  const writer = await ArchiveWriter.open({
    directory,
    writer: writerName,
    ...(ledger.mark === undefined ? {} : { mark: ledger.mark }),
    formats: formats.ids,
    rules,
    source: (sensor) => inputs[sensor]?.name ?? '',
    rowsPerFile,
    notice: (text) => progress.say(text),
    ...(net === undefined ? {} : { own: prefixesOf(net) }),
  })
  const adding = new Adding({ writer, rules, formats, format, progress })
  try {
    for (const [sensor, input] of inputs.entries()) {
      await adding.take(sensor, candidate(input, ledger, invocation.flag('again')), inputs.length === 1)
    }
    const { mark, durable } = writer.seal()
    await durable
    if (adding.added.length > 0) ledger.append({ at: isoTime(now()), mark, inputs: adding.added })
    writer.confirm(mark)
  } finally {
    await writer.close()
    progress.end()
  }
  return say(invocation, adding)
}

function candidate(input: Input, ledger: Ledger, again: boolean): Candidate {
  const identity = input.size === undefined ? undefined : identify(input.name)
  return { input, identity, before: identity === undefined || again ? undefined : ledger.find(input.name) }
}

interface Site {
  readonly writer: ArchiveWriter
  readonly rules: Dictionary
  readonly formats: Formats
  readonly format: string | undefined
  readonly progress: Progress
}

class Adding {
  readonly #site: Site
  readonly added: Added[] = []
  passedOver = 0
  malformed = 0
  #events = 0

  constructor(site: Site) {
    this.#site = site
  }

  /** @param isOnly an input that is not understood among others is told and passed over */
  async take(sensor: number, { input, identity, before }: Candidate, isOnly: boolean): Promise<void> {
    if (before !== undefined && identity !== undefined && identity.size <= before.size) {
      this.passedOver++
      return
    }
    try {
      const { events, bytes } = await this.#decode(sensor, input, before?.bytes ?? 0)
      this.added.push({ name: input.name, ...(identity ?? { head: '', headBytes: 0, size: 0 }), bytes, events })
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'unknown-format' || isOnly) throw error
      this.#site.progress.say(`${error.message}; passed over`)
    }
  }

  async #decode(sensor: number, input: Input, since: number): Promise<Pick<Added, 'events' | 'bytes'>> {
    const { writer, rules, formats, format, progress } = this.#site
    const first = this.#events
    const result = await decodeInput(
      paced(input, () => writer.ready()),
      {
        sensor,
        newest: newestOf(input),
        rules,
        formats,
        ...(format === undefined ? {} : { format }),
        onProgress: (bytes, total) => progress.show({ bytes, total, events: this.#events, file: input.name }),
      },
      (batch) => {
        this.#events += batch.length
        writer.observe(batch, since)
      },
    )
    this.malformed += result.tally.malformed
    return { events: this.#events - first, bytes: result.bytes }
  }
}

function say({ terminal, flag }: Invocation, { added, passedOver, malformed }: Adding): number {
  if (flag('json')) for (const { name, events, bytes } of added) terminal.out(`${jsonLine({ name, events, bytes })}\n`)
  else for (const { name, events } of added) terminal.out(`${count(events).padStart(13)}  ${printable(name)}\n`)
  if (passedOver > 0) {
    terminal.err(
      `sweepwatch: ${several(passedOver, 'input')} added before and passed over; --again adds them once more\n`,
    )
  }
  if (malformed === 0) return ExitCode.done
  terminal.err(`sweepwatch: ${several(malformed, 'record')} damaged and left out\n`)
  return ExitCode.damaged
}
