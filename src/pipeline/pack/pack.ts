import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../../base/problem.ts'
import intelligence from './intelligence.ts'
import learned from './learned.ts'
import packets from './packets.ts'
import type { PackedFile, PackPart, PackSite } from './part.ts'
import records from './records.ts'
import reports from './reports.ts'
import sweep from './sweep.ts'
import timeline from './timeline.ts'
import traffic from './traffic.ts'
import { write } from './write.ts'

const parts: readonly PackPart[] = [reports, timeline, traffic, packets, intelligence, learned, sweep, records]

/**
 * Writes tier 2's package: a directory with a contents page and a digest of each file.
 * @throws Problem `pack` where the directory is not empty, or cannot be written
 */
export async function packCase(site: PackSite): Promise<readonly PackedFile[]> {
  const { directory, one } = site
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new Problem('pack', `${directory} is not empty`, { hint: 'Name a directory that is not there yet.' })
  }
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Problem('pack', `${directory} cannot be made: ${(cause as Error).message}`, { cause })
  }
  const sections: string[] = []
  const files: PackedFile[] = []
  for (const part of parts) {
    const made = await part.write(site)
    files.push(...made)
    sections.push(`${part.about}\n${made.map(({ name, about }) => `  ${name.padEnd(28)} ${about}`).join('\n')}`)
  }
  const contents = write(directory, 'CONTENTS.txt', `Case ${one.id}\n\n${sections.join('\n\n')}\n`, 'this page')
  const digests = [...files, contents].map(({ name }) => `${digestOf(join(directory, name))}  ${name}\n`)
  return [contents, ...files, write(directory, 'SHA256SUMS', digests.join(''), 'digests: sha256sum -c SHA256SUMS')]
}

/** Captures are too large to be read at once. */
function digestOf(path: string): string {
  const hash = createHash('sha256')
  const fd = openSync(path, 'r')
  const chunk = Buffer.alloc(1 << 20)
  for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) hash.update(chunk.subarray(0, count))
  closeSync(fd)
  return hash.digest('hex')
}
