/** The sound inputs that fuzzing starts from: every fixture of a format, and the small captures and logs of the lab. */
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures')
const largestLab = 12_000
/** Nothing that goes wrong needs more of a file than this, and each run is the quicker for it. */
const mostBytes = 40_000

export interface Sample {
  readonly name: string
  /** Id of its format. */
  readonly format: string
  readonly bytes: Uint8Array
  readonly isText: boolean
}

function sample(path: string): Sample {
  const raw = readFileSync(path)
  const bytes = path.endsWith('.gz') ? gunzipSync(raw) : raw
  const isText = /\.log(\.gz)?$/.test(path)
  const end = isText ? bytes.lastIndexOf(10, mostBytes) + 1 : mostBytes
  const format = path.includes('/format/') ? basename(dirname(path)) : isText ? 'kernel-log' : 'pcap'
  return { name: basename(path), format, bytes: new Uint8Array(bytes.subarray(0, end)), isText }
}

export const corpus: readonly Sample[] = [
  ...globSync(['format/*/in.log', 'format/*/*.pcap', 'format/*/*.pcapng'], { cwd: fixtures }),
  ...globSync(['lab/*.pcap.gz', 'lab/*.fw.log.gz'], { cwd: fixtures }).filter(
    (path) => readFileSync(join(fixtures, path)).length <= largestLab,
  ),
]
  .sort()
  .map((path) => sample(join(fixtures, path)))
