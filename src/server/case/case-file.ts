import { createReadStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { now } from '../../base/clock.ts'
import { type Prefix, parsePrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { tarOf } from '../../base/tar.ts'
import type { Case } from '../../case/case.ts'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import { packCase } from '../../pipeline/pack/pack.ts'
import { cutForCase } from '../../pipeline/pack/packets.ts'
import { toldCase } from '../../pipeline/told-case.ts'
import { CaseStore } from '../../store/case-store.ts'

/** A file of a case that takes long to make: its packets, or tier 2's whole package. */
export interface CaseFileTask {
  readonly kind: 'case-packets' | 'case-pack'
  /** The state directory. */
  readonly state: string
  readonly configFile: string | undefined
  readonly caseId: string
  /** An empty directory to work in; whoever asks removes it. */
  readonly folder: string
}

/** The file in pieces. @throws Problem `no-captures`, `no-such-case`, and those of the package */
export async function caseFile(task: CaseFileTask): Promise<AsyncIterable<Uint8Array>> {
  const { config } = await loadConfig(task.configFile)
  const store = CaseStore.open(task.state, { readOnly: true })
  let one: Case
  try {
    one = store.find(task.caseId)
  } finally {
    store.close()
  }
  const captures = capturesOf(one, config)
  const index = config.capture?.index ?? join(task.state, 'capture-index')
  return task.kind === 'case-packets' ? packets(one, captures, index, task) : pack(one, config, captures, index, task)
}

async function packets(one: Case, captures: readonly string[], index: string, { folder }: CaseFileTask) {
  if (captures.length === 0) {
    throw new Problem('no-captures', 'there is no capture to cut packets from', {
      hint: 'Name the captures in `capture: {paths: …}` of sweepwatch.yaml.',
    })
  }
  const out = join(folder, 'packets.pcapng')
  await cutForCase(one, { captures, index, out })
  return createReadStream(out)
}

async function pack(
  one: Case,
  config: Config,
  captures: readonly string[],
  index: string,
  { folder }: CaseFileTask,
): Promise<AsyncIterable<Uint8Array>> {
  const told = { own: config.networks ?? [], internal: false, key: undefined }
  const { theCase, options } = await toldCase(one, config, told)
  const directory = join(folder, 'pack')
  const files = await packCase({
    one: theCase,
    directory,
    options,
    own: options.own.map((text) => parsePrefix(text) as Prefix),
    captures,
    index,
    archive: config.archive?.directory,
    hosts: await hostsOf(config),
    now: now(),
    progress: () => {},
  })
  const names = files.map(({ name }) => name)
  const seconds = Math.max(0, Date.parse(one.history.at(-1)?.at ?? one.opened) / 1000)
  return Readable.from(tarOf(directory, names, `case-${one.id}`, seconds)).pipe(createGzip())
}

/** Captures that are configured, and those that the case itself was read from, where they still are. */
function capturesOf(one: Case, config: Config): readonly string[] {
  const read = one.scans.flatMap(({ scan }) => scan.sensors.map(({ source }) => source))
  const files = [...new Set(read)].filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
  return [...(config.capture?.paths ?? []), ...files]
}

async function hostsOf({ assets }: Config): Promise<readonly string[]> {
  if (assets === undefined || (assets.inventory.length === 0 && assets.partners.length === 0)) return []
  const { openInventory } = await import('../../asset/inventory.ts')
  const { inventory } = await openInventory({ files: assets.inventory, partners: assets.partners })
  return inventory.hosts.map(({ network }) => network.replace(/\/\d+$/, ''))
}
