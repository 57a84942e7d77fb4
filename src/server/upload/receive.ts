import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../../base/problem.ts'
import type { ServiceSettings } from '../../config/service.ts'

type Limits = Pick<ServiceSettings['uploads'], 'maxBytes' | 'quota' | 'leaveFree'>

/** A sender that is silent so long is gone. Milliseconds. */
const silence = 60_000

export interface Received {
  /** Its name in the folder: ours. */
  readonly file: string
  readonly bytes: number
}

/**
 * Writes the body of a request into the folder as it comes. One that was not sent to its end leaves nothing.
 * @param name as the sender calls it: only its ending is used, where it is made of letters
 * @throws Problem `too-large`, `disk-full`, `request` for an empty body
 */
export async function receive(raw: IncomingMessage, folder: string, name: string, limits: Limits): Promise<Received> {
  if (raw.headers['content-type'] !== 'application/octet-stream') {
    throw new Problem('media-type', 'a file is sent as it is', { hint: 'Send it as application/octet-stream.' })
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const announced = Number(raw.headers['content-length'] ?? 0)
  const most = Math.min(limits.maxBytes, await roomIn(folder, limits))
  if (announced > most) throw tooLarge(limits, most)
  const file = `${randomBytes(12).toString('hex')}${endingOf(name)}`
  const part = join(folder, `${file}.part`)
  let bytes = 0
  const silent = setTimeout(() => raw.destroy(new Error('the sender is silent')), silence)
  const counted = new Transform({
    transform(piece: Buffer, _, done) {
      bytes += piece.length
      silent.refresh()
      done(bytes > most ? tooLarge(limits, most) : null, piece)
    },
  })
  try {
    await pipeline(raw, counted, createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }))
    if (bytes === 0) throw new Problem('request', 'the file is empty')
    await rename(part, join(folder, file))
    return { file, bytes }
  } catch (error) {
    await rm(part, { force: true })
    if (raw.readableAborted || raw.destroyed) throw new Problem('gone', 'the file was not sent to its end')
    throw error
  } finally {
    clearTimeout(silent)
  }
}

/** Bytes that may still come: what the quota and the disk leave. @throws Problem `disk-full` */
async function roomIn(folder: string, { quota, leaveFree }: Limits): Promise<number> {
  const sizes = (await readdir(folder)).map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  const used = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  const { bavail, bsize } = await statfs(folder)
  const room = Math.min(quota - used, bavail * bsize - leaveFree)
  if (room > 0) return room
  throw new Problem('disk-full', 'there is no room for another file', {
    hint: 'An admin can raise serve.uploads.quota, or free space on the disk.',
  })
}

function tooLarge({ maxBytes }: Limits, most: number): Problem {
  const megabytes = Math.floor(most / 1e6)
  return new Problem('too-large', `the file is larger than the ${megabytes} MB that may come`, {
    hint: most < maxBytes ? 'The quota or the disk is nearly full.' : 'An admin can raise serve.uploads.maxBytes.',
  })
}

/** `.pcap`, `.log.gz`: readers look at it. */
function endingOf(name: string): string {
  return (
    /(?:\.[A-Za-z][A-Za-z0-9]{0,9}){1,2}$/
      .exec(name)?.[0]
      .toLowerCase()
      .replace(/\.part$/, '') ?? ''
  )
}
