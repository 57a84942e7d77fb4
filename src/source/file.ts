import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Problem } from '../base/problem.ts'
import type { ByteSource } from './source.ts'

const stdin = 0

/** Opens a path, or `-` for standard input. Regular files are read synchronously (the fastest way), pipes are not. */
export function openFile(path: string): ByteSource {
  if (path === '-') return new PipeSource(stdin, path)
  const fd = attempt(path, () => openSync(path, 'r'))
  return fstatSync(fd).isFile() ? new FileSource(fd, path) : new PipeSource(fd, path)
}

class FileSource implements ByteSource {
  taken = 0
  readonly damage = undefined
  readonly #fd: number
  readonly #path: string

  constructor(fd: number, path: string) {
    this.#fd = fd
    this.#path = path
  }

  read(into: Uint8Array, at: number): number {
    const count = attempt(this.#path, () => readSync(this.#fd, into, at, into.length - at, null))
    this.taken += count
    return count
  }

  close(): void {
    closeSync(this.#fd)
  }
}

/** Standard input, a FIFO or a device: reading may wait, so it must not hold up the event loop. */
class PipeSource implements ByteSource {
  taken = 0
  readonly damage = undefined
  readonly #fd: number
  readonly #path: string

  constructor(fd: number, path: string) {
    this.#fd = fd
    this.#path = path
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    for (;;) {
      const count = await this.#once(into, at)
      if (count >= 0) {
        this.taken += count
        return count
      }
      // A pipe that another process made non-blocking says "nothing yet" instead of waiting.
      await wait(5)
    }
  }

  /** @returns bytes read, or -1 for "nothing yet" */
  #once(into: Uint8Array, at: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#fd, into, at, into.length - at, null, (error, count) => {
        if (!error) resolve(count)
        else if (error.code === 'EAGAIN') resolve(-1)
        else if (error.code === 'EOF') resolve(0)
        else reject(unreadable(this.#path, error))
      })
    })
  }

  close(): void {
    if (this.#fd !== stdin) closeSync(this.#fd)
  }
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException)
  }
}

const hints: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path; a name with spaces or wildcards may need quotes.',
  EACCES: 'You may not read it: log files often belong to root or the group adm.',
  EISDIR: 'It is a directory: give the directory itself, and its files are read.',
}

/** The Problem for a path that cannot be opened or read. */
export function unreadable(path: string, cause: NodeJS.ErrnoException): Problem {
  const missing = cause.code === 'ENOENT'
  const hint = hints[cause.code ?? '']
  const message = missing
    ? `${path}: no such file or directory`
    : `${path}: cannot be read (${cause.code ?? cause.message})`
  return new Problem(missing ? 'no-such-file' : 'unreadable', message, hint === undefined ? { cause } : { hint, cause })
}
